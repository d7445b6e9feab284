/** Replaces `lib0/dom`, of which y-prosemirror uses `doc`. The rest imports a validation library. */
export const doc = globalThis.document;
