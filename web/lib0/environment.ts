/** Replaces `lib0/environment`, which detects the runtime from arguments and variables. */
export const isBrowser = true;
export const isNode = false;

/** A browser has no environment variables, so Yjs never runs as a development build. */
export function getVariable(_name: string): null {
  return null;
}
