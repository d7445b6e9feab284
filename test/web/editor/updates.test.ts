import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { contentOf } from '../../../protocol/schema.ts';
import { setKind } from '../../../web/editor/commands/set-kind.ts';
import { exchange, HeadlessEditor, twoEditors } from './headless-editor.ts';

describe('[E2] a typed character writes only text', () => {
  test('in lines of every kind', () => {
    for (const marker of ['', '# ', '- ', '1. ', '[x] ', '> ']) {
      const editor = new HeadlessEditor();
      editor.type(`${marker}ab`);
      const updates: Uint8Array[] = [];
      editor.doc.on('update', (update: Uint8Array) => updates.push(update));
      editor.type('c');
      const [update] = updates;
      if (!update) throw new Error('Cannot test: no update');
      const { structs, ds } = Y.decodeUpdate(update);
      expect(structs).toHaveLength(1);
      expect(ds.clients.size).toBe(0);
      expect((structs[0] as Y.Item).content).toBeInstanceOf(Y.ContentString);
    }
  });

  test('a plain line has no attributes', () => {
    const editor = new HeadlessEditor();
    editor.type('# a\nb');
    const [heading, plain] = contentOf(editor.doc).toArray() as Y.XmlElement[];
    expect(heading?.getAttributes()).toEqual({ kind: 'h1' });
    expect(plain?.getAttributes()).toEqual({});
  });
});

describe('[E3] moving a line keeps concurrent edits of other lines', () => {
  test.each(['Alt-ArrowUp', 'Alt-ArrowDown'])('%s', (keys) => {
    const { a, b } = twoEditors('one\ntwo\nthree\nfour\nfive');
    a.caret(2);
    a.press(keys);
    a.press(keys);
    const passed = keys === 'Alt-ArrowUp' ? [0, 1] : [3, 4];
    for (const line of passed) {
      b.caret(line);
      b.type(`-${line}`);
    }
    exchange(a.doc, b.doc);
    expect(a.text).toEqual(b.text);
    const names = ['one', 'two', 'three', 'four', 'five'];
    for (const line of passed) expect(a.text).toContain(`${names[line]}-${line}`);
  });

  test('a move is one update', () => {
    const editor = new HeadlessEditor();
    editor.type('one\ntwo\nthree');
    let updates = 0;
    editor.doc.on('update', () => updates++);
    editor.press('Alt-ArrowUp');
    expect(updates).toBe(1);
    editor.press('Mod-z');
    expect(editor.text).toEqual(['one', 'two', 'three']);
  });

  test('text after a formatted word has no mark', () => {
    const editor = new HeadlessEditor();
    editor.type('a **b** c');
    const last = editor.state.doc.firstChild?.lastChild;
    expect(last?.text).toBe(' c');
    expect(last?.marks).toEqual([]);
  });
});

describe('[E1] changing the kind of many lines changes only attributes', () => {
  test.each([50, 150])('%d lines', (count) => {
    const { a, b } = twoEditors(Array.from({ length: count }, (_, i) => `line ${i}`).join('\n'));
    a.select([0, 2], [count - 1, 3]);
    const { selection } = a.state;
    const updates: Uint8Array[] = [];
    a.doc.on('update', (update: Uint8Array) => updates.push(update));
    setKind('bullet')(a.state, a.dispatch);
    const [{ structs, ds }] = updates.map((update) => Y.decodeUpdate(update)) as [
      ReturnType<typeof Y.decodeUpdate>,
    ];
    expect(structs).toHaveLength(count);
    expect(structs.every((struct) => (struct as Y.Item).parentSub === 'kind')).toBe(true);
    expect(ds.clients.size).toBe(0);
    expect(a.state.selection.eq(selection)).toBe(true);
    b.caret(count - 1);
    b.type('!');
    exchange(a.doc, b.doc);
    expect(a.text.at(-1)).toBe(`bullet line ${count - 1}!`);
    expect(b.text).toEqual(a.text);
  });
});
