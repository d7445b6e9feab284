import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { Random } from '../../support/random.ts';
import { DelayedNetwork } from './delayed-network.ts';
import { HeadlessEditor } from './headless-editor.ts';

/** One action of a typist. */
type Action = (editor: HeadlessEditor) => void;

const key = (character: string): Action => (editor) => editor.type(character);

/** Replaces what stands before the caret, as an input method or autocorrection does. */
const replace = (length: number, text: string): Action => (editor) => {
  const { head } = editor.state.selection;
  editor.dispatch(editor.state.tr.insertText(text, head - length, head));
};

const keys = (text: string): Action[] => [...text].map(key);
const backspace: Action = (editor) => editor.press('Backspace');

/** How a run of text is typed. `A` stands for the letter of the typist. */
const ways: Record<string, (letter: string, random: Random) => { run: string; actions: Action[] }> =
  {
    'keys': (a) => ({ run: `${a}bcdefghij`, actions: keys(`${a}bcdefghij`) }),
    'keys with corrections': (a) => ({
      run: `${a}bcdef`,
      actions: [
        ...keys(`${a}x`),
        backspace,
        ...keys('bcyy'),
        backspace,
        backspace,
        ...keys('def'),
      ],
    }),
    'a first key that is corrected': (a) => ({
      run: `${a}bcd`,
      actions: [...keys('x'), backspace, ...keys(`${a}bcd`)],
    }),
    'compositions': (a) => ({
      run: `${a}한글b`,
      actions: [
        key(a),
        key('ㅎ'),
        replace(1, '하'),
        replace(1, '한'),
        key('ㄱ'),
        replace(1, '그'),
        replace(1, '글'),
        key('b'),
      ],
    }),
    'a composition first': (a) => ({
      run: `한${a}`,
      actions: [key('ㅎ'), replace(1, '하'), replace(1, '한'), key(a)],
    }),
    'autocorrection': (a) => ({
      run: `${a}the cat`,
      actions: [key(a), ...keys('teh'), replace(3, 'the'), ...keys(' cat')],
    }),
    'autocorrection of the first word': (a) => ({
      run: `the ${a}at`,
      actions: [...keys('teh'), replace(3, 'the'), ...keys(` ${a}at`)],
    }),
    'paste': (a) => ({
      run: `${a}bcPASTEDdef`,
      actions: [...keys(`${a}bc`), replace(0, 'PASTED'), ...keys('def')],
    }),
    'Enter': (a) => ({ run: `${a}bc\n${a}def`, actions: keys(`${a}bc\n${a}def`) }),
    'Enter twice': (a) => ({ run: `${a}b\n${a}c\n${a}d`, actions: keys(`${a}b\n${a}c\n${a}d`) }),
    'a line break': (a) => ({
      run: `${a}b\n${a}cd`,
      actions: [...keys(`${a}b`), (editor) => editor.press('Shift-Enter'), ...keys(`${a}cd`)],
    }),
    'bold': (a) => ({
      run: `${a}bcdef`,
      actions: [
        ...keys(`${a}b`),
        (editor) => editor.press('Mod-b'),
        ...keys('cd'),
        (editor) => editor.press('Mod-b'),
        ...keys('ef'),
      ],
    }),
  };

const places: Record<string, { text: string; line: number; offset?: number }> = {
  'the end of a line': { text: 'Attendees: \nbelow', line: 0 },
  'the start of a line': { text: 'above\nline', line: 1, offset: 0 },
  'the middle of a line': { text: 'one two', line: 0, offset: 4 },
  'an empty line': { text: 'above\n\nbelow', line: 1 },
  'an empty document': { text: '', line: 0 },
  'a list': { text: '- one\ntwo: ', line: 1 },
};

/** Lets each typist act once per some ticks, in a random order. */
function play(network: DelayedNetwork, random: Random, actions: readonly Action[][]): void {
  const open = actions.map((list, index) => ({ list: [...list], editor: network.editors[index] }));
  while (open.some(({ list }) => list.length > 0)) {
    const { list, editor } = random.pick(open);
    if (editor) list.shift()?.(editor);
    if (random.chance(0.7)) network.tick();
  }
  network.settle();
}

function expectConverged({ editors }: DelayedNetwork, message: string): string {
  const [text = '', ...others] = editors.map((editor) => editor.text.join('\n'));
  for (const other of others) expect(other, message).toBe(text);
  const newcomer = new Y.Doc();
  Y.applyUpdate(newcomer, Y.encodeStateAsUpdate(editors[0]?.doc ?? newcomer));
  expect(new HeadlessEditor(newcomer).text.join('\n'), message).toBe(text);
  return text;
}

describe('[E28] the text that each person types at the same place stays whole', () => {
  for (const [placeName, { text, line, offset }] of Object.entries(places)) {
    for (const [wayName, way] of Object.entries(ways)) {
      test(`${wayName}, at ${placeName}`, () => {
        for (let seed = 1; seed <= 24; seed++) {
          const random = new Random(seed);
          const count = 2 + random.below(2);
          const network = new DelayedNetwork(count, text, random, [0, 2, 8][seed % 3] ?? 0);
          const typed = network.editors.map((editor, index) => {
            editor.caret(line, offset);
            return way(['A', 'B', 'C'][index] ?? '', random);
          });
          play(network, random, typed.map(({ actions }) => actions));
          const message = `seed ${seed}`;
          const whole = expectConverged(network, message).replaceAll('⏎', '\n');
          for (const word of text.match(/\w+/g) ?? []) {
            expect(whole.split(word), message).toHaveLength(2);
          }
          for (const [index, { run }] of typed.entries()) {
            // Between the lines of one person, lines of others may lie.
            let end = -1;
            for (const part of run.split('\n')) {
              expect(whole.indexOf(part), message).toBeGreaterThan(end);
              end = whole.indexOf(part);
              expect(whole.indexOf(part, end + 1), message).toBe(-1);
            }
            const last = run.split('\n').at(-1);
            expect(network.editors[index]?.lines.join('\n'), message).toContain(`${last}|`);
          }
        }
      });
    }
  }
});
