import { isApple } from '../../../editor/commands/is-apple.ts';
import type { Editor } from '../../../editor/editor.ts';

export type CommandName =
  | 'new'
  | 'import'
  | 'outline'
  | 'find'
  | 'replace'
  | 'word-count'
  | 'language'
  | 'copy-markdown'
  | 'print'
  | 'shortcuts'
  | 'share'
  | 'delete';

/** Commands that need the text. */
const textCommands: ReadonlySet<CommandName> = new Set([
  'outline',
  'find',
  'replace',
  'word-count',
  'language',
]);

/** Whether a command would do anything now. `editor` is null before the first sync. */
export function canRun(name: CommandName, editor: Editor | null): boolean {
  if (name === 'replace') return editor?.view.editable === true;
  return editor !== null || !textCommands.has(name);
}

/**
 * The command of a key, or null. On a Mac, Command+H hides the application, so Command+Option+F replaces
 * there. `?` is a command only outside of text fields.
 */
export function commandForKey(event: KeyboardEvent): CommandName | null {
  const { key, altKey, shiftKey } = event;
  const isMod = isApple ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  if (event.isComposing) return null;
  if (isMod) {
    // With Option, a Mac reports another letter in `key`.
    if (isApple && altKey && event.code === 'KeyF') return 'replace';
    if (altKey) return null;
    if (!shiftKey && key.toLowerCase() === 'f') return 'find';
    if (!shiftKey && !isApple && key.toLowerCase() === 'h') return 'replace';
    // On keyboards where / needs Shift, such as German ones, Ctrl+Shift+7 is the numbered list.
    if (!shiftKey && key === '/') return 'shortcuts';
    return null;
  }
  if (key === '?' && !event.ctrlKey && !event.metaKey && !altKey && !isTextField(event.target)) {
    return 'shortcuts';
  }
  return null;
}

function isTextField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches('input:not([type=radio], [type=checkbox]), textarea'));
}
