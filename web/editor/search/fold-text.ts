/**
 * A text reduced to what a reader sees, for searching: composed, in compatibility form, without
 * invisible characters, with plain quotes, hyphens and spaces.
 */
interface FoldedText {
  readonly text: string;
  /**
   * For each UTF-16 code unit of `text`, the range of the original that it comes from. Null if the
   * original has the same length and order.
   */
  readonly ranges: { readonly from: readonly number[]; readonly to: readonly number[] } | null;
}

/**
 * A syllable of conjoining Hangul letters, or a character and its combining marks. No alternative can
 * fail after it has started, so that a match takes one pass. The limit of marks bounds normalization.
 */
const cluster =
  /[\u1100-\u115f]+[\u1160-\u11a7]*[\u11a8-\u11ff]*|[\u1160-\u11a7\uac00-\ud7a3]+?[\u11a8-\u11ff]*|[^]\p{M}{0,31}/gu;

/** Text that only case can change, in as many code units. */
const plain = /^[\n\x20-\x7e]*$/;

/** Quotes, hyphens and dashes that are easily taken for one another. NFKC keeps them apart. */
const lookAlikes: ReadonlyMap<string, string> = new Map([
  ...[...'‘’‚‛′ʹʻʼ´'].map((quote) => [quote, "'"] as const),
  ...[...'“”„‟″'].map((quote) => [quote, '"'] as const),
  ...[...'‐‑‒–—―−'].map((dash) => [dash, '-'] as const),
]);

/**
 * Folds a text for searching. Without `caseSensitive` it also removes differences of case in every
 * script (`ß` and `SS`, `İ` and `i`). Takes one pass over the text.
 */
export function foldText(text: string, { caseSensitive = false } = {}): FoldedText {
  const fold = caseSensitive ? foldForm : foldCase;
  if (plain.test(text)) return { text: caseSensitive ? text : text.toLowerCase(), ranges: null };
  const parts: string[] = [];
  const from: number[] = [];
  const to: number[] = [];
  let end = 0;
  for (const [original] of text.matchAll(cluster)) {
    const start = end;
    end += original.length;
    const folded = fold(original);
    parts.push(folded);
    for (let unit = 0; unit < folded.length; unit++) {
      from.push(start);
      to.push(end);
    }
  }
  return { text: parts.join(''), ranges: { from, to } };
}

function foldForm(text: string): string {
  return (lookAlikes.get(text) ?? text.normalize('NFKC'))
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    // Not a hard break.
    .replace(/[^\S\n]/g, ' ');
}

/** Upper case turns `ß` into `SS` and `ς` into `Σ`; lower case turns `İ` into `i` and a dot above. */
function foldCase(text: string): string {
  return foldForm(text).toLowerCase().toUpperCase().toLowerCase().replaceAll('i\u0307', 'i')
    .normalize('NFKC');
}
