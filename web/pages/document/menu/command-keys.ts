import type { CommandName } from './commands.ts';

const isApple = /Mac|iPhone|iPad/.test(navigator.platform);

/**
 * The command a key stands for, or null. Ctrl+F and Ctrl+H as everywhere; on a Mac Command+H hides
 * the program, so replacing is Command+Option+F there. `?` only where nobody is writing.
 */
export function commandForKey(event: KeyboardEvent): CommandName | null {
  const { key, altKey, shiftKey } = event;
  const isMod = isApple ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  if (event.isComposing) return null;
  if (isMod) {
    // With Option a Mac reports another letter; `code` names the key itself.
    if (isApple && altKey && event.code === 'KeyF') return 'replace';
    if (altKey) return null;
    if (!shiftKey && key.toLowerCase() === 'f') return 'find';
    if (!shiftKey && !isApple && key.toLowerCase() === 'h') return 'replace';
    // Where / needs Shift, as on German keyboards, Ctrl+Shift+7 is the numbered list.
    if (!shiftKey && key === '/') return 'shortcuts';
    return null;
  }
  if (key === '?' && !event.ctrlKey && !event.metaKey && !altKey && !isWriting(event.target)) {
    return 'shortcuts';
  }
  return null;
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches('input:not([type=radio], [type=checkbox]), textarea'));
}
