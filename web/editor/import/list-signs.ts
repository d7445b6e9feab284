/** What the sign before a list item says. `numbers` are the readings of a number, the likeliest first. */
type ListSign =
  | { readonly type: 'bullet' }
  | { readonly type: 'number'; readonly numbers: readonly number[]; readonly isDecimal: boolean }
  /** Neither: it belongs to the text, such as `§1`, `6.1` or `Step 1:`. */
  | { readonly type: 'text' };

/** Reads the sign of a list item of Word, such as `·`, `4.`, `vii)`, `(一)` or `١.` */
export function readListSign(sign: string): ListSign {
  const text = sign.trim();
  // Word writes the bullets of its symbol fonts as letters: `o`, `§`, `ü`, `Ø`.
  const isBullet = !/[\p{L}\p{N}]/u.test(text) || /^[\p{L}§]$/u.test(text) && !/\p{Lo}/u.test(text);
  if (isBullet) return { type: 'bullet' };
  const [, inner] = /^[(（[]?([\p{L}\p{N}]+)\s*[.)）\]、．。]?$/u.exec(text) ?? [];
  if (inner === undefined) return { type: 'text' };
  const numbers = numbersOf(inner.normalize('NFKC'));
  if (numbers.length === 0) return { type: 'text' };
  return { type: 'number', numbers, isDecimal: /^\d+[.)]?$/.test(text) };
}

function numbersOf(text: string): number[] {
  const readings = [
    decimalOf(text),
    hanNumberOf(text),
    romanOf(text.toLowerCase()),
    letterOf(text),
  ];
  return readings.filter((number) => number !== null && number > 0) as number[];
}

/** The number that decimal digits of any script write. */
function decimalOf(text: string): number | null {
  if (!/^\p{Nd}{1,9}$/u.test(text)) return null;
  return [...text].reduce((number, digit) => number * 10 + digitValue(digit), 0);
}

/** The digits of a script are ten characters in a row, which begin at one with zero in its last digit. */
function digitValue(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
  return code - zero;
}

const hanDigits = '〇一二三四五六七八九';

/** A Chinese or Japanese number up to 99. */
function hanNumberOf(text: string): number | null {
  const match = /^([一二三四五六七八九])?(十)?([一二三四五六七八九])?$/.exec(text);
  if (!match || text === '') return null;
  const [, tens, ten, ones] = match;
  if (!ten) return tens && !ones ? hanDigits.indexOf(tens) : null;
  return (tens ? hanDigits.indexOf(tens) : 1) * 10 + (ones ? hanDigits.indexOf(ones) : 0);
}

const romanDigits: { readonly [digit: string]: number } = { i: 1, v: 5, x: 10, l: 50, c: 100 };

function romanOf(text: string): number | null {
  if (!/^(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})$/.test(text) || text === '') return null;
  const values = [...text].map((digit) => romanDigits[digit] ?? 0);
  return values.reduce((sum, value, i) => sum + (value < (values[i + 1] ?? 0) ? -value : value), 0);
}

/** `a` is 1. A second round of the alphabet has the letter twice: `aa`. */
function letterOf(text: string): number | null {
  const [, letter] = /^([a-z])\1{0,2}$/i.exec(text) ?? [];
  if (letter === undefined) return null;
  return letter.toLowerCase().charCodeAt(0) - 96 + 26 * (text.length - 1);
}

/** The styles of list numbers in the editor, by level; they repeat below the third. */
const numberStyles = ['decimal', 'lower-alpha', 'lower-roman'] as const;

/** The style in which the editor shows the numbers of a level, as CSS calls it. */
export function numberStyleOf(level: number): (typeof numberStyles)[number] {
  return numberStyles[level % numberStyles.length] ?? 'decimal';
}

const signsOf = {
  'decimal': /^\d+[.)]?$/,
  'lower-alpha': /^[a-z]{1,3}[.)]?$/,
  'lower-roman': /^[ivxlc]+[.)]?$/,
};

/** Whether a list of the editor shows such a sign at a level. */
export function showsSign(sign: string, level: number): boolean {
  return signsOf[numberStyleOf(level)].test(sign);
}
