/**
 * In the place of `lib0/environment` in what browsers load (docs/decisions/0012-replace-lib0-modules-in-the-browser.md): it finds out by arguments and variables where it runs. Here that is known.
 */
export const isBrowser = true;
export const isNode = false;

/** There are no variables, and so this is never a development build of Yjs. */
export function getVariable(_name: string): null {
  return null;
}
