import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { contentOf } from '../../../protocol/schema.ts';
import { exchange, HeadlessEditor } from './headless-editor.ts';
import { contents, createDocument, placesIn, writeItem } from './yjs-items.ts';

/** An editor that does not watch its content, with the errors of its binding. */
function openUnwatched(text: string): { editor: HeadlessEditor; errors: unknown[] } {
  const errors: unknown[] = [];
  const editor = new HeadlessEditor(new Y.Doc(), { onFailure: (error) => errors.push(error) });
  editor.type(text);
  return { editor, errors };
}

function copyOf(doc: Y.Doc): Y.Doc {
  const copy = new Y.Doc();
  exchange(doc, copy);
  return copy;
}

describe('[P7] an exception of the binding loses no text', () => {
  test('an unknown block: the document goes on receiving and sending updates', () => {
    const { editor, errors } = openUnwatched('first');
    const other = copyOf(editor.doc);
    contentOf(other).insert(0, [new Y.XmlElement('table')]);
    exchange(editor.doc, other);
    editor.type(' typed');
    expect(errors).toHaveLength(1);
    expect(editor.text).toEqual(['first typed']);
    // Neither the editor nor Yjs has changed the document; both still exchange updates.
    expect(contentOf(editor.doc).toString()).toContain('first');
    contentOf(other).insert(1, [new Y.XmlElement('horizontalRule')]);
    exchange(editor.doc, other);
    expect(contentOf(editor.doc).length).toBe(3);
    const updates: Uint8Array[] = [];
    editor.doc.on('update', (update) => updates.push(update));
    editor.doc.getMap('meta').set('title', 'a');
    expect(updates).toHaveLength(1);
    editor.destroy();
  });

  test.each(['track', 'show', 'write'] as const)(
    'thrown by %s: the view keeps what is typed, and the document what is stored',
    (name) => {
      const { editor, errors } = openUnwatched('stored');
      const stored = contentOf(editor.doc).toString();
      editor.failIn(name);
      const other = copyOf(editor.doc);
      contentOf(other).insert(1, [new Y.XmlElement('horizontalRule')]);
      if (name === 'show') exchange(editor.doc, other);
      editor.press('Mod-Alt-1');
      for (const text of ['a', 'b']) editor.type(text);
      expect(errors).toEqual([new Error('Thrown by a test')]);
      expect(editor.text).toEqual(['h1 storedab']);
      exchange(editor.doc, other);
      // The edit during which `track` throws is already written.
      const last = name === 'track' ? stored.replace('>', ' kind="h1">') : stored;
      expect(contentOf(other).get(0).toString()).toBe(last);
      editor.destroy();
    },
  );

  test('every kind of content at every place, unwatched: updates go on', () => {
    for (const create of Object.values(contents)) {
      for (let index = 0; index < placesIn(createDocument()).length; index += 3) {
        const author = createDocument();
        let hasFailed = false;
        const editor = new HeadlessEditor(copyOf(author), { onFailure: () => hasFailed = true });
        const place = placesIn(author)[index];
        if (place) writeItem(author, place, create());
        exchange(author, editor.doc);
        editor.caret(0);
        editor.type('typed');
        if (hasFailed) expect(editor.text[0]).toContain('typed');
        const updates: Uint8Array[] = [];
        editor.doc.on('update', (update) => updates.push(update));
        editor.doc.getMap('meta').set('title', 'a');
        expect(updates).toHaveLength(1);
        editor.destroy();
      }
    }
  });
});
