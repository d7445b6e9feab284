// A search must not run past a character at which the next search starts, or it takes n² steps.

/** Syntax that is rare outside Markdown. One match is enough. */
const strongSigns = [
  /^(```|~~~)[\w+#.-]*$/m,
  /\[[^[\]\n]+\]\((?:https?:\/\/|mailto:|\/|#)[^\s)[]*\)/,
  /(?<![\w*])\*\*[^\s*](?:[^*\n]*[^\s*])?\*\*(?![\w*])/,
  /^ {0,3}[-*+] \[[ xX]\] \S/m,
  /^\|?(?: *:?-{3,}:? *\|)+/m,
  // Between empty lines: a comment in a program is directly above its code.
  /(?:^|\n[^\S\n]*\n)#{1,6} [^\n]+(?:\n[^\S\n]*\n|\n?$)/,
];

/** List and quote markers, which need a second match. */
const weakSigns = [/^ {0,3}[-*+] \S/gm, /^ {0,3}\d{1,3}[.)] \S/gm, /^> \S/gm];

/** Whether pasted text was written as Markdown. */
export function looksLikeMarkdown(text: string): boolean {
  const unified = text.replaceAll('\r\n', '\n').trim();
  if (strongSigns.some((pattern) => pattern.test(unified))) return true;
  return weakSigns.some((pattern) => (unified.match(pattern)?.length ?? 0) >= 2);
}
