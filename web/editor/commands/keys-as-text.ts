export const isApple = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? '');

/** `Mod-Shift-7` as `⌘⇧7` or `Ctrl+Shift+7`. */
export function keysAsText(keys: string): string {
  if (!isApple) return keys.replace('Mod', 'Ctrl').replaceAll('-', '+');
  return keys.replace('Mod', '⌘').replace('Shift', '⇧').replace('Alt', '⌥').replaceAll('-', '');
}
