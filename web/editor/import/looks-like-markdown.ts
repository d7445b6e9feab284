/** What hardly anybody writes who does not mean Markdown; one is enough. */
const sure = [
  /^(```|~~~)[\w+#.-]*$/m,
  /\[[^\]\n]+\]\((?:https?:\/\/|mailto:|\/|#)[^\s)]*\)/,
  /(?<![\w*])\*\*[^\s*](?:[^*\n]*[^\s*])?\*\*(?![\w*])/,
  /^ {0,3}[-*+] \[[ xX]\] \S/m,
  /^\|?(?: *:?-{3,}:? *\|)+/m,
  // With an empty line on either side: a comment in a program stands right above its code.
  /(?:^|\n\s*\n)#{1,6} [^\n]+(?:\n\s*\n|\n?$)/,
];

/** What may be something else when it stands alone. */
const likely = [/^ {0,3}[-*+] \S/gm, /^ {0,3}\d{1,3}[.)] \S/gm, /^> \S/gm];

/** Whether a text that is pasted was written as Markdown. */
export function looksLikeMarkdown(text: string): boolean {
  const unified = text.replaceAll('\r\n', '\n').trim();
  if (sure.some((pattern) => pattern.test(unified))) return true;
  return likely.some((pattern) => (unified.match(pattern)?.length ?? 0) >= 2);
}
