import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { contentOf } from '../../../protocol/schema.ts';
import {
  findUnsupportedContent,
  watchForUnsupportedContent,
} from '../../../web/editor/model/unsupported-content.ts';
import { removeUnsupportedContent } from '../../../web/editor/model/remove-unsupported-content.ts';
import { Random } from '../../support/random.ts';
import { exchange, HeadlessEditor } from './headless-editor.ts';
import { line } from './yjs-elements.ts';
import { contents, createDocument, placesIn, writeItem } from './yjs-items.ts';

const kinds = Object.entries(contents);
const placeCount = placesIn(createDocument()).length;

/** A copy of a document as another client receives it. */
function copyOf(doc: Y.Doc): Y.Doc {
  const copy = new Y.Doc();
  contentOf(copy);
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  return copy;
}

/** Mounts the editor, types in each line, and expects another client to receive it. */
function expectEditable(doc: Y.Doc): void {
  const editor = new HeadlessEditor(doc);
  editor.state.doc.forEach((node, position) => {
    if (!node.isTextblock) return;
    editor.dispatch(editor.state.tr.insertText('typed', position + 1 + node.content.size));
  });
  const lines = editor.text;
  editor.destroy();
  const other = new HeadlessEditor(copyOf(doc));
  expect(other.text).toEqual(lines);
  expect(lines.filter((line) => line.includes('typed')).length).toBeGreaterThan(0);
  other.destroy();
}

/** Writes items into a document that an editor shows, and expects that nothing else changes. */
function expectPreserved(write: (doc: Y.Doc) => void): void {
  const author = createDocument();
  const editor = new HeadlessEditor(copyOf(author));
  let found: string | null = null;
  const stop = watchForUnsupportedContent(contentOf(editor.doc), (description) => {
    found = description;
    editor.destroy();
  });
  write(author);
  // Yjs removes redundant formats by itself, in every client.
  const withoutEditor = copyOf(createDocument());
  exchange(author, withoutEditor);
  exchange(author, editor.doc);
  expect(Y.equalSnapshots(Y.snapshot(editor.doc), Y.snapshot(withoutEditor))).toBe(true);
  expect(found === null).toBe(findUnsupportedContent(author) === null);
  stop();
  editor.destroy();
  removeUnsupportedContent(editor.doc);
  expect(findUnsupportedContent(editor.doc)).toBeNull();
  expectEditable(editor.doc);
}

describe('[P8] the editor neither fails on nor deletes content that it does not expect', () => {
  test.each(kinds)('%s at every place', (_kind, create) => {
    for (let index = 0; index < placeCount; index++) {
      expectPreserved((doc) => {
        const place = placesIn(doc)[index];
        if (place) writeItem(doc, place, create());
      });
    }
  });

  test.each(kinds)('%s at every place, deleted again', (_kind, create) => {
    for (let index = 0; index < placeCount; index++) {
      expectPreserved((doc) => {
        const place = placesIn(doc)[index];
        if (!place) return;
        const item = writeItem(doc, place, create());
        doc.transact((transaction) => item.delete(transaction));
      });
    }
  });

  test('several kinds at random places, 300 seeds', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = new Random(seed);
      expectPreserved((doc) => {
        for (let count = 0; count < 5; count++) {
          const [, create] = random.pick(kinds);
          const item = writeItem(doc, random.pick(placesIn(doc)), create());
          if (random.chance(0.3)) doc.transact((transaction) => item.delete(transaction));
        }
      });
    }
  });
});

/** Values that other editors give to marks. */
const values: unknown[] = [true, {}, { color: 'red' }, 'red', 7, false, { by: { name: 'Ann' } }, [
  'a',
]];

function documentWithMark(value: unknown, name = 'highlight'): Y.Doc {
  const doc = new Y.Doc();
  contentOf(doc).insert(0, [line('first')]);
  const text = textOf(doc);
  text.insert(5, ' marked', { [name]: value as object });
  text.insert(12, ' last', { [name]: null as unknown as object });
  return doc;
}

function textOf(doc: Y.Doc): Y.XmlText {
  return (contentOf(doc).get(0) as Y.XmlElement).get(0) as Y.XmlText;
}

/** The text that has the mark, and its value. */
function markedText(doc: Y.Doc, name = 'highlight'): [string, unknown][] {
  const delta: { insert: string; attributes?: Record<string, unknown> }[] = contentOf(doc).toArray()
    .flatMap((block) => ((block as Y.XmlElement).toArray() as Y.XmlText[]))
    .flatMap((text) => text.toDelta());
  return delta.flatMap(({ insert, attributes }): [string, unknown][] =>
    attributes && name in attributes ? [[insert, attributes[name]]] : []
  );
}

describe('[P8] an unknown mark shows as plain text and is kept', () => {
  test.each(values)('with the value %j, through edits of its line', (value) => {
    const doc = documentWithMark(value);
    expect(findUnsupportedContent(doc)).toBeNull();
    const editor = new HeadlessEditor(doc);
    expect(editor.text).toEqual(['first marked last']);
    editor.caret(0, 0);
    editor.type('A ');
    editor.caret(0, 9);
    editor.type('X');
    editor.caret(0);
    editor.type('!');
    expect(editor.text).toEqual(['A first mXarked last!']);
    expect(markedText(doc)).toEqual([[' mXarked', value]]);
  });

  test.each(values)('with the value %j, through formats, kinds, splits and moves', (value) => {
    const doc = documentWithMark(value);
    const editor = new HeadlessEditor(doc);
    editor.selectAll();
    editor.press('Mod-b');
    expect(markedText(doc)).toEqual([[' marked', value]]);
    editor.press('Mod-Alt-1');
    editor.press('Mod-b');
    editor.caret(0, 8);
    editor.press('Enter');
    expect(editor.text).toEqual(['h1 first ma', 'h1 rked last']);
    expect(markedText(doc)).toEqual([[' ma', value], ['rked', value]]);
    editor.press('Alt-ArrowUp');
    expect(editor.text).toEqual(['h1 rked last', 'h1 first ma']);
    expect(markedText(doc)).toEqual([['rked', value], [' ma', value]]);
    for (let i = 0; i < 4; i++) editor.press('Mod-z');
    expect(markedText(doc).map(([text]) => text).join('')).toBe(' marked');
  });

  test('does not spread to text typed after it', () => {
    const doc = documentWithMark(true);
    const editor = new HeadlessEditor(doc);
    editor.caret(0, 12);
    editor.type('X');
    expect(markedText(doc)).toEqual([[' marked', true]]);
  });

  test('arrives while the editor is open, and merges with typing', () => {
    const editor = new HeadlessEditor();
    editor.type('first line');
    const found: string[] = [];
    watchForUnsupportedContent(contentOf(editor.doc), (description) => found.push(description));
    const other = copyOf(editor.doc);
    textOf(other).format(0, 5, { comment: { id: 'a' } });
    editor.type('!');
    exchange(editor.doc, other);
    editor.caret(0, 2);
    editor.type('X');
    exchange(editor.doc, other);
    expect(found).toEqual([]);
    expect(editor.text).toEqual(['fiXrst line!']);
    expect(markedText(other, 'comment')).toEqual([['fiXrst', { id: 'a' }]]);
  });

  test.each([
    ['a name with a hash', documentWithMark({}, 'comment--0a1B+/=x')],
    ['a name that every object has', documentWithMark({}, 'constructor')],
    ['the name "ychange"', documentWithMark({}, 'ychange')],
    ['a value nested too deeply', documentWithMark([[[[[1]]]]])],
  ])('is unsupported with %s, and an owner can remove it', (_what, doc) => {
    expect(findUnsupportedContent(doc)).toMatch(/^the mark "/);
    removeUnsupportedContent(doc);
    expect(findUnsupportedContent(doc)).toBeNull();
    expect(new HeadlessEditor(doc).text).toEqual(['first marked last']);
  });

  test('is unsupported beside 16 others, and in a code block', () => {
    const doc = new Y.Doc();
    const names = Array.from({ length: 17 }, (_, index) => [`m${index}`, true]);
    contentOf(doc).insert(0, [line('a', Object.fromEntries(names.slice(1)))]);
    expect(findUnsupportedContent(doc)).toBeNull();
    contentOf(doc).insert(0, [line('a', Object.fromEntries(names))]);
    expect(findUnsupportedContent(doc)).toMatch(/^the mark "m\d+"/);
    removeUnsupportedContent(doc);
    const code = new Y.XmlElement('codeBlock');
    code.insert(0, [new Y.XmlText('b')]);
    contentOf(doc).insert(0, [code]);
    textOf(doc).format(0, 1, { m1: true as unknown as object });
    expect(findUnsupportedContent(doc)).toBe('the mark "m1"');
  });
});

describe('[P8] an owner can remove what the editor does not show', () => {
  test('in one update, and other authors receive the rest', () => {
    const doc = createDocument();
    const other = copyOf(doc);
    for (const [index, [, create]] of kinds.entries()) {
      const place = placesIn(doc)[index % placeCount];
      if (place) writeItem(doc, place, create());
    }
    const updates: Uint8Array[] = [];
    exchange(doc, other);
    doc.on('update', (update) => updates.push(update));
    removeUnsupportedContent(doc);
    expect(updates).toHaveLength(1);
    expectEditable(doc);
    exchange(doc, other);
    expectEditable(other);
  });

  test('with the text of another editor', () => {
    const doc = new Y.Doc();
    doc.getText('quill').insert(0, 'Tide');
    removeUnsupportedContent(doc);
    expect(findUnsupportedContent(doc)).toBeNull();
    expect(doc.getText('quill').length).toBe(0);
  });
});
