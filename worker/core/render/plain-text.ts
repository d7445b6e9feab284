/** Characters that need a closer look; nearly no text has any, and there is a lot of text. */
// deno-lint-ignore no-control-regex -- these are the characters it is about
const suspects = /[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]/;

// deno-lint-ignore no-control-regex -- these are the characters it is about
const unprintable = /[\0-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff]/g;

/**
 * Text without what no output format can carry: control characters are left out, halves of
 * characters become U+FFFD, and every kind of line break becomes `\n`.
 */
export function plainText(text: string): string {
  if (!suspects.test(text)) return text;
  return text.replace(/\r\n?|[\v\f\x85]/g, '\n').replace(unprintable, '')
    .replace(/\p{Surrogate}/gu, '\ufffd');
}
