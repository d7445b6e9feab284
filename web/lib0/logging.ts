/**
 * In the place of `lib0/logging` in what browsers load (docs/decisions/0012-replace-lib0-modules-in-the-browser.md): Yjs warns by it
 * of a wrong use of its API, which needs no colours.
 */
export function warn(...words: unknown[]): void {
  console.warn(...words);
}

/** Symbols, which are colours and weights, are left out. */
export function print(...words: unknown[]): void {
  console.log(...words.filter((word) => typeof word !== 'symbol'));
}

export const BOLD = Symbol('bold');
export const UNBOLD = Symbol('unbold');
export const ORANGE = Symbol('orange');
export const RED = Symbol('red');
