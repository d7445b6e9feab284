import { baseKeymap, toggleMark as referenceToggleMark } from 'prosemirror-commands';
import { Node } from 'prosemirror-model';
import {
  type Command,
  EditorState,
  NodeSelection,
  Selection,
  TextSelection,
} from 'prosemirror-state';
import { describe, expect, test } from 'vitest';
import { schema } from '../../../protocol/schema.ts';
import { baseKeys } from '../../../web/editor/commands/base-keys.ts';
import { toggleMark } from '../../../web/editor/commands/toggle-mark.ts';
import { randomLines } from '../../browser/editor/random-lines.ts';
import { Random } from '../../support/random.ts';
import { linesOf } from './lines-of.ts';

/** The document and selection after a command, or null if it does not apply. */
function after(state: EditorState, command: Command | undefined): unknown {
  let next: EditorState | null = null;
  const applies = command?.(state, (transaction) => next = state.apply(transaction)) ?? false;
  const { doc, selection, storedMarks } = (next ?? state) as EditorState;
  doc.check();
  return applies
    ? { lines: linesOf(doc), doc: doc.toJSON(), selection: selection.toJSON(), storedMarks }
    : null;
}

function randomSelection(random: Random, doc: Node): Selection {
  const places: Selection[] = [];
  doc.forEach((node, offset) => {
    if (!node.isTextblock) return void places.push(NodeSelection.create(doc, offset));
    for (const at of [0, node.content.size, random.below(node.content.size + 1)]) {
      places.push(TextSelection.create(doc, offset + 1 + at));
    }
  });
  const [one, other] = [random.pick(places), random.pick(places)];
  const isRange = random.below(4) === 0 && one instanceof TextSelection &&
    other instanceof TextSelection;
  return isRange ? TextSelection.create(doc, one.head, other.head) : one;
}

describe('[E11] the base keys match prosemirror-commands', () => {
  test.each(['Backspace', 'Delete', 'Mod-a', 'Enter'])('%s', (key) => {
    let applied = 0;
    for (let seed = 1; seed <= 800; seed++) {
      const random = new Random(seed);
      const doc = Node.fromJSON(schema, randomLines(random));
      const selection = randomSelection(random, doc);
      const { $from, $to } = selection;
      // `splitLine` handles Enter in a line. With a selection that leaves code, we insert a line
      // break.
      const isText = selection instanceof TextSelection;
      const isCode = $from.parent.type.spec.code && $from.sameParent($to);
      if (key === 'Enter' && isText && !isCode) continue;
      const state = EditorState.create({ doc, selection });
      const wanted = after(state, baseKeymap[key]);
      if (wanted !== null) applied++;
      expect(after(state, baseKeys[key]), `seed ${seed}`).toEqual(wanted);
    }
    expect(applied).toBeGreaterThan(50);
  });
});

test('[E13] toggleMark matches prosemirror-commands', () => {
  let applied = 0;
  for (let seed = 1; seed <= 800; seed++) {
    const random = new Random(seed);
    const doc = Node.fromJSON(schema, randomLines(random));
    const selection = randomSelection(random, doc);
    const state = EditorState.create({ doc, selection });
    const mark = random.pick([schema.marks.bold, schema.marks.code, schema.marks.underline]);
    const wanted = after(state, referenceToggleMark(mark));
    if (wanted !== null) applied++;
    expect(after(state, toggleMark(mark)), `seed ${seed}`).toEqual(wanted);
  }
  expect(applied).toBeGreaterThan(300);
});
