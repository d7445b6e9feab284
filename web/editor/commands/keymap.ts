import { keymap } from 'prosemirror-keymap';
import type { Command, Plugin } from 'prosemirror-state';
import { schema } from '../../../protocol/schema.ts';
import { baseKeys, leaveCode } from './base-keys.ts';
import { appendLine, leaveCodeBlock } from './append-line.ts';
import { chainCommands } from './chain-commands.ts';
import { indentLines, outdentLines, toggleChecked } from './list-commands.ts';
import { moveLinesDown, moveLinesUp } from './move-lines.ts';
import { setKind, toggleCodeBlock, toggleKind } from './set-kind.ts';
import { backToPlain, insertHardBreak, splitLine } from './split-line.ts';
import { toggleMark } from './toggle-mark.ts';
import { undoInputRule } from './input-rules.ts';
import { asOneUndoStep, redo, undo } from '../binding/undo.ts';

/** What the keys of the editor do. `Mod` is Command on a Mac and Control elsewhere. */
export function keyBindings(): Record<string, Command> {
  const { marks } = schema;
  return {
    'Mod-z': undo,
    'Mod-y': redo,
    'Mod-Shift-z': redo,
    'Mod-b': asOneUndoStep(toggleMark(marks.bold)),
    'Mod-i': asOneUndoStep(toggleMark(marks.italic)),
    'Mod-u': asOneUndoStep(toggleMark(marks.underline)),
    'Mod-e': asOneUndoStep(toggleMark(marks.code)),
    'Mod-Shift-x': asOneUndoStep(toggleMark(marks.strike)),
    'Mod-Alt-0': asOneUndoStep(setKind('text')),
    'Mod-Alt-1': asOneUndoStep(toggleKind('h1')),
    'Mod-Alt-2': asOneUndoStep(toggleKind('h2')),
    'Mod-Alt-3': asOneUndoStep(toggleKind('h3')),
    'Mod-Alt-c': asOneUndoStep(toggleCodeBlock),
    'Mod-Shift-7': asOneUndoStep(toggleKind('ordered')),
    'Mod-Shift-8': asOneUndoStep(toggleKind('bullet')),
    'Mod-Shift-9': asOneUndoStep(toggleKind('task')),
    'Mod-Shift-b': asOneUndoStep(toggleKind('quote')),
    'Alt-ArrowUp': asOneUndoStep(moveLinesUp),
    'Alt-ArrowDown': asOneUndoStep(moveLinesDown),
    'Enter': splitLine,
    'Shift-Enter': insertHardBreak,
    'Mod-Enter': chainCommands(asOneUndoStep(toggleChecked), leaveCode, insertHardBreak),
    'Backspace': chainCommands(undoInputRule, asOneUndoStep(backToPlain)),
    'Tab': asOneUndoStep(indentLines),
    'Shift-Tab': asOneUndoStep(outdentLines),
    'ArrowDown': chainCommands(leaveCodeBlock, appendLineBelowNode),
  };
}

/** Arrow down on a selected image or rule that ends the document begins a line below it. */
const appendLineBelowNode: Command = (state, dispatch) =>
  state.selection.$to.depth === 0 && state.selection.to === state.doc.content.size &&
  appendLine(state, dispatch);

/** The editor's keys, and below them what a text field does anyway. */
export function editorKeymap(): Plugin[] {
  return [keymap(withEscape(keyBindings())), keymap(baseKeys)];
}

/** After Escape the next Tab always leaves the editor: nobody may be caught in a list. */
function withEscape(bindings: Record<string, Command>): Record<string, Command> {
  let leaving = false;
  const forget = (command: Command): Command => (state, dispatch, view) => {
    if (!leaving) return command(state, dispatch, view);
    leaving = false;
    return false;
  };
  return {
    ...bindings,
    'Tab': forget(bindings.Tab ?? (() => false)),
    'Shift-Tab': forget(bindings['Shift-Tab'] ?? (() => false)),
    'Escape': () => {
      leaving = true;
      // Any other key, or a click, means that the person stays.
      const stay = (event: Event) => {
        if (event instanceof KeyboardEvent && /^(Tab|Shift)$/.test(event.key)) return;
        leaving = false;
        removeEventListener('keydown', stay, true);
        removeEventListener('pointerdown', stay, true);
      };
      addEventListener('keydown', stay, true);
      addEventListener('pointerdown', stay, true);
      return false;
    },
  };
}
