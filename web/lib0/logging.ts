/** Replaces `lib0/logging`, with which Yjs warns of a wrong use of its API, in colours. */
export function warn(...parts: unknown[]): void {
  console.warn(...parts);
}

/** Symbols are colours and weights. */
export function print(...parts: unknown[]): void {
  console.log(...parts.filter((part) => typeof part !== 'symbol'));
}

export const BOLD = Symbol('bold');
export const UNBOLD = Symbol('unbold');
export const ORANGE = Symbol('orange');
export const RED = Symbol('red');
