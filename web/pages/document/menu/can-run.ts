import type { Editor } from '../../../editor/editor.ts';
import type { CommandName } from './commands.ts';

/** What works on the text, and needs it to be here. */
const onText: ReadonlySet<CommandName> = new Set(['outline', 'find', 'replace', 'word-count']);

/** Whether a command could do anything now; `editor` is null before the text is here. */
export function canRun(name: CommandName, editor: Editor | null): boolean {
  if (name === 'replace') return editor?.view.editable === true;
  return editor !== null || !onText.has(name);
}
