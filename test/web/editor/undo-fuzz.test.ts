import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { Random } from '../../support/random.ts';
import { DelayedNetwork } from './delayed-network.ts';
import { HeadlessEditor } from './headless-editor.ts';

const text = '# Tides\nThe harbour fills\n- salt\nwater\n\nThe end';

/** One action of an author who types only `letter`. */
function act(editor: HeadlessEditor, letter: string, random: Random): void {
  const line = random.below(editor.state.doc.childCount);
  const size = editor.state.doc.child(line).content.size;
  const place = () => editor.caret(line, random.below(size + 1));
  switch (random.below(12)) {
    case 0:
      place();
      editor.press('Enter');
      break;
    case 1:
      place();
      editor.press('Backspace');
      break;
    case 2:
      editor.select([line, 0], [line, size]);
      editor.press(random.pick(['Mod-b', 'Mod-i', 'Backspace']));
      break;
    case 3:
      place();
      editor.press(
        random.pick(['Mod-Alt-1', 'Mod-Shift-8', 'Alt-ArrowUp', 'Alt-ArrowDown', 'Tab']),
      );
      break;
    case 4:
    case 5:
    case 6:
      editor.press('Mod-z');
      break;
    case 7:
      editor.press('Mod-y');
      break;
    case 8:
      place();
      editor.press('Shift-Enter');
      break;
    default:
      place();
      editor.type(letter.repeat(1 + random.below(3)));
  }
}

describe('[E4] undo beside others', () => {
  test('all clients and newcomers read the same text', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = new Random(seed);
      const network = new DelayedNetwork(3, text, random, [0, 3, 12][seed % 3] ?? 0);
      for (let turn = 0; turn < 40; turn++) {
        const index = random.below(3);
        const editor = network.editors[index];
        if (editor) act(editor, 'ABC'.charAt(index), random);
        network.tick();
      }
      network.settle();
      const [first, ...others] = network.editors;
      if (!first) throw new Error('Cannot test: no editor');
      const newcomer = new Y.Doc();
      Y.applyUpdate(newcomer, Y.encodeStateAsUpdate(first.doc));
      for (const other of [...others, new HeadlessEditor(newcomer)]) {
        expect(other.state.doc.toJSON(), `seed ${seed}`).toEqual(first.state.doc.toJSON());
      }
    }
  });

  test('undo of everything leaves what the others have typed', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = new Random(seed);
      const network = new DelayedNetwork(2, 'one\ntwo\nthree', random, [0, 3][seed % 2] ?? 0);
      const [a, b] = network.editors;
      if (!a || !b) throw new Error('Cannot test: no editors');
      for (let turn = 0; turn < 12; turn++) {
        const line = random.below(a.state.doc.childCount);
        a.caret(line, random.below(a.state.doc.child(line).content.size + 1));
        if (random.chance(0.3)) a.press('Enter');
        else a.type('A');
        network.tick();
        const other = random.below(b.state.doc.childCount);
        b.caret(other, random.below(b.state.doc.child(other).content.size + 1));
        b.type('B');
        network.tick();
      }
      network.settle();
      const count = (editor: HeadlessEditor) => editor.text.join('').split('B').length - 1;
      const before = count(a);
      while (a.press('Mod-z'));
      network.settle();
      expect(count(a), `seed ${seed}`).toBe(before);
      expect(a.text.join(''), `seed ${seed}`).not.toContain('A');
      expect(a.text.join('').replaceAll('B', ''), `seed ${seed}`).toBe('onetwothree');
    }
  });
});
