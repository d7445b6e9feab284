import { keymap } from 'prosemirror-keymap';
import type { Command, Plugin } from 'prosemirror-state';
import { schema } from '../../../protocol/schema.ts';
import { asOneUndoStep, redo, undo } from '../binding/undo.ts';
import { appendLine, leaveCodeBlock, leaveCodeBlockUp } from './append-line.ts';
import { baseKeys, exitCode } from './base-keys.ts';
import { chainCommands } from './chain-commands.ts';
import { undoInputRule } from '../typing/input-rules.ts';
import { indentLines, outdentLines } from './indent-lines.ts';
import { toggleChecked } from './list-commands.ts';
import { moveLinesDown, moveLinesUp } from './move-lines.ts';
import { setKind, toggleCodeBlock, toggleKind } from './set-kind.ts';
import { insertHardBreak, reduceLineAtStart, splitLine } from './split-line.ts';
import { toggleMark } from './toggle-mark.ts';

/** The editor's key bindings. `Mod` is Command on Apple devices and Control elsewhere. */
function keyBindings(): Record<string, Command> {
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
    'Mod-Enter': chainCommands(asOneUndoStep(toggleChecked), exitCode, insertHardBreak),
    'Backspace': chainCommands(undoInputRule, asOneUndoStep(reduceLineAtStart)),
    'Tab': asOneUndoStep(indentLines),
    'Shift-Tab': asOneUndoStep(outdentLines),
    'ArrowUp': leaveCodeBlockUp,
    'ArrowDown': chainCommands(leaveCodeBlock, appendLineBelowNode),
  };
}

/** Arrow down on a selected image or rule at the end of the document: appends a line. */
const appendLineBelowNode: Command = (state, dispatch) =>
  state.selection.$to.depth === 0 && state.selection.to === state.doc.content.size &&
  appendLine(state, dispatch);

/** The editor's key bindings, followed by the basic keys of a text field. */
export function editorKeymap(): Plugin[] {
  return [keymap(withEscape(keyBindings())), keymap(baseKeys)];
}

/** After Escape the next Tab moves the focus out of the editor, even from a list (WCAG 2.1.2). */
function withEscape(bindings: Record<string, Command>): Record<string, Command> {
  let leaving = false;
  const unlessLeaving = (command: Command): Command => (state, dispatch, view) => {
    if (!leaving) return command(state, dispatch, view);
    leaving = false;
    return false;
  };
  return {
    ...bindings,
    'Tab': unlessLeaving(bindings.Tab ?? (() => false)),
    'Shift-Tab': unlessLeaving(bindings['Shift-Tab'] ?? (() => false)),
    'Escape': () => {
      leaving = true;
      // Any other key or a click cancels that.
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
