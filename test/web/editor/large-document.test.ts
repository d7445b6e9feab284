/**
 * Single gestures in a document of 5,000 lines by one author, each stored by the real admission: what
 * an author can do with one key must not be refused, for the work of its update or for its memory.
 * `EDGEPAD_LINES=20000` makes the document longer.
 */
import process from 'node:process';
import { beforeAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { contentOf, schema } from '../../../protocol/schema.ts';
import { setKind } from '../../../web/editor/commands/set-kind.ts';
import { toggleMark } from '../../../web/editor/commands/toggle-mark.ts';
import { createSearch } from '../../../web/editor/search/search.ts';
import { searchPlugin } from '../../../web/editor/search/search-plugin.ts';
import { UpdateStore } from '../../support/update-store.ts';
import { HeadlessEditor } from './headless-editor.ts';

const lineCount = Number(process.env.EDGEPAD_LINES ?? 5_000);
let book: Uint8Array;
beforeAll(() => {
  const author = new HeadlessEditor();
  const lines = ['The ropes are taken in. The end.', 'The harbour fills.']
    .map((text) => schema.nodes.paragraph.create(null, schema.text(text)));
  author.dispatch(
    author.state.tr.insert(0, Array.from({ length: lineCount }, (_, index) => lines[index % 2]!)),
  );
  book = Y.encodeStateAsUpdate(author.doc);
}, 120_000);

interface Opened {
  readonly editor: HeadlessEditor;
  readonly store: UpdateStore;
}

/** Opens the book for an author with another client id. */
function open(): Opened {
  const store = new UpdateStore();
  store.add(book);
  const doc = new Y.Doc();
  Y.applyUpdate(doc, book);
  const editor = new HeadlessEditor(doc, { plugins: [searchPlugin()] });
  doc.on('update', (update: Uint8Array) => store.add(update));
  return { editor, store };
}

function expectStored({ editor, store }: Opened): void {
  expect(store.log.version).toBeGreaterThan(1);
  expect(contentOf(store.stored()).toJSON()).toBe(contentOf(editor.doc).toJSON());
}

describe('[P7] [P8] one gesture in a book is stored', () => {
  const gestures = {
    'bold': (editor: HeadlessEditor) =>
      toggleMark(schema.marks.bold)(editor.state, editor.dispatch),
    'a list': (editor: HeadlessEditor) => setKind('bullet')(editor.state, editor.dispatch),
    'cut, and pasted': (editor: HeadlessEditor) => {
      const { content } = editor.state.selection.content();
      editor.dispatch(editor.state.tr.deleteSelection());
      editor.dispatch(editor.state.tr.insert(editor.state.doc.content.size, content));
    },
  };
  for (const [name, gesture] of Object.entries(gestures)) {
    it(`everything becomes ${name}; undone and redone`, () => {
      const opened = open();
      const { editor } = opened;
      const before = editor.state.doc;
      editor.selectAll();
      gesture(editor);
      const after = editor.state.doc;
      expect(after.eq(before)).toBe(false);
      while (editor.press('Mod-z'));
      expect(editor.state.doc.eq(before)).toBe(true);
      while (editor.press('Mod-Shift-z'));
      expect(editor.state.doc.eq(after)).toBe(true);
      expectStored(opened);
    }, 240_000);
  }

  it('[E20] a word is replaced in every line, in one undo step', () => {
    const opened = open();
    const { editor } = opened;
    const before = editor.state.doc;
    const search = createSearch(editor.view);
    search.open({ text: 'The' });
    expect(search.replaceAll('Some')).toBe(1.5 * lineCount);
    editor.press('Mod-z');
    expect(editor.state.doc.eq(before)).toBe(true);
    editor.press('Mod-Shift-z');
    expect(editor.state.doc.textContent.includes('The')).toBe(false);
    expectStored(opened);
  }, 240_000);
});
