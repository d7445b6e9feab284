import { isApple } from './is-apple.ts';

/** Formats `Mod-Shift-7` as `⌘⇧7` on Apple devices, `Ctrl+Shift+7` elsewhere. */
export function keysAsText(keys: string): string {
  if (!isApple) return keys.replace('Mod', 'Ctrl').replaceAll('-', '+');
  return keys.replace('Mod', '⌘').replace('Shift', '⇧').replace('Alt', '⌥').replaceAll('-', '');
}
