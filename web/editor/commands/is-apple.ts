/**
 * Whether the browser runs on an Apple device, where `Mod` is Command. As in prosemirror-keymap.
 */
export const isApple = /Mac|iP(hone|[oa]d)/.test(globalThis.navigator?.platform ?? '');
