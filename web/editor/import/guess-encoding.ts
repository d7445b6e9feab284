/** An encoding that a text without a declared one may have. */
interface Candidate {
  /** As `TextDecoder` knows it. */
  readonly label: string;
  /** As users know it. */
  readonly name: string;
  /** How likely a character outside of ASCII is between its neighbours: 0 to 1, less for none at all. */
  readonly score: (character: string, before: string, after: string) => number;
  /** Decides between encodings that share most characters. */
  readonly prior?: number;
}

/** Bytes that are decoded for the guess. */
const maxSample = 64 * 1024;

const western = new Set('àâäáãåæçéèêëíìîïñóòôöóøœßúùüûÛÀÂÄÁÃÅÆÇÉÈÊÍÎÑÓÔÖØŒÚÜ¿¡');
const central = new Set(
  'ąćęłńóśźżĄĆĘŁŃÓŚŹŻáčďéěíňřšťúůýžÁČĎÉĚÍŇÓŘŠŤÚŮÝŽäöüÄÖÜßőűŐŰăâîşĂÂÎŞôÔľĽ',
);
const turkish = new Set('ğıİşçöüĞŞÇÖÜâîû');
const baltic = new Set('āčēģīķļņšūžĀČĒĢĪĶĻŅŠŪŽąęėįųĄĘĖĮŲäöüõÄÖÜÕ');
/** Letters of which one language has many, and others few. */
const rareWestern = new Set('õÕðÐþÞýÝ');
const rareCentral = new Set('ţŢ');
const signs = new Set('“”„‘’‚–—…«»·§©®°€£•™\u00a0');

const cyrillic = script(/\p{Script=Cyrillic}/u, 'оеаинтсрвлкмдОЕАИНТСРВЛКМД');

const candidates: readonly Candidate[] = [
  {
    label: 'windows-1252',
    name: 'Windows-1252 (Western)',
    score: latin(western, rareWestern),
    prior: 0.02,
  },
  {
    label: 'windows-1250',
    name: 'Windows-1250 (Central European)',
    score: latin(central, rareCentral),
  },
  { label: 'windows-1254', name: 'Windows-1254 (Turkish)', score: latin(turkish) },
  { label: 'windows-1257', name: 'Windows-1257 (Baltic)', score: latin(baltic), prior: -0.02 },
  { label: 'macintosh', name: 'Mac Roman', score: latin(western, rareWestern), prior: -0.05 },
  {
    label: 'windows-1251',
    name: 'Windows-1251 (Cyrillic)',
    score: cyrillic,
  },
  {
    label: 'koi8-u',
    name: 'KOI8 (Cyrillic)',
    score: cyrillic,
    prior: -0.02,
  },
  {
    label: 'ibm866',
    name: 'IBM 866 (Cyrillic)',
    score: cyrillic,
    prior: -0.05,
  },
  {
    label: 'windows-1253',
    name: 'Windows-1253 (Greek)',
    score: script(/\p{Script=Greek}/u, 'αοιετσνηυρπκμΑΟΙΕΤΣΝΗΥΡΠΚΜάόίέήύώ'),
  },
  {
    label: 'windows-1255',
    name: 'Windows-1255 (Hebrew)',
    score: script(/\p{Script=Hebrew}/u, 'יוהלאמרשבתנ'),
  },
  {
    label: 'windows-1256',
    name: 'Windows-1256 (Arabic)',
    score: script(/\p{Script=Arabic}/u, 'ايلمونرتبهع'),
  },
  {
    label: 'windows-874',
    name: 'Windows-874 (Thai)',
    score: script(/\p{Script=Thai}/u, 'านรอกเงมยลวท'),
    prior: -0.1,
  },
  { label: 'shift_jis', name: 'Shift JIS (Japanese)', score: eastAsian('euc-jp', 0xcf) },
  { label: 'euc-jp', name: 'EUC-JP (Japanese)', score: eastAsian('euc-jp', 0xcf) },
  { label: 'gb18030', name: 'GB 18030 (Chinese)', score: eastAsian('gb18030', 0xd7) },
  { label: 'big5', name: 'Big5 (Chinese)', score: eastAsian('big5', 0xc6) },
  { label: 'euc-kr', name: 'EUC-KR (Korean)', score: eastAsian('euc-kr', 0xc8) },
];

/**
 * Guesses the encoding of bytes that are not UTF-8: the one whose characters are the likeliest. Each
 * language uses few of the characters that an encoding has.
 */
export function guessEncoding(
  bytes: Uint8Array,
): { readonly label: string; readonly name: string } {
  const start = Math.max(0, bytes.findIndex((byte) => byte > 0x7f) - 1);
  const sample = bytes.subarray(start, start + maxSample);
  let best = candidates[0];
  let bestScore = -Infinity;
  for (const candidate of candidates) {
    const score = scoreOf(candidate, sample);
    if (score <= bestScore) continue;
    best = candidate;
    bestScore = score;
  }
  return best ?? { label: 'windows-1252', name: 'Windows-1252' };
}

/** The mean score of the characters outside of ASCII. */
function scoreOf({ label, score, prior = 0 }: Candidate, sample: Uint8Array): number {
  let text: string;
  try {
    // The sample may end within a character.
    text = new TextDecoder(label, { fatal: true }).decode(sample, { stream: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return -Infinity;
  }
  let sum = 0;
  let count = 0;
  const characters = [...text];
  characters.forEach((character, i) => {
    if (character < '\u0080') return;
    count++;
    sum += score(character, characters[i - 1] ?? ' ', characters[i + 1] ?? ' ');
  });
  return sum / Math.max(count, 1) + prior;
}

function latin(
  letters: ReadonlySet<string>,
  rare: ReadonlySet<string> = new Set(),
): Candidate['score'] {
  return (character, before, after) => {
    if (character < '\u00a0') return -3;
    const isInWord = /[a-z]/i.test(before) || /[a-z]/i.test(after);
    // A capital within a word.
    if (/\p{Lu}/u.test(character) && /\p{Ll}/u.test(before)) return 0.2;
    if (letters.has(character)) return isInWord ? 1 : 0.6;
    if (rare.has(character)) return isInWord ? 0.75 : 0.3;
    if (signs.has(character)) return 0.95;
    if (!/\p{L}/u.test(character)) return isInWord ? 0.1 : 0.3;
    return isInWord ? 0.35 : 0.2;
  };
}

/** Letters of one script, next to each other. `frequent` are those of which a text has most. */
function script(letter: RegExp, frequent: string): Candidate['score'] {
  const isFrequent = new Set(frequent);
  return (character, before, after) => {
    if (character < '\u00a0') return -3;
    if (signs.has(character)) return 0.7;
    if (!letter.test(character)) return 0.05;
    if (/[a-z]/i.test(before) || /[a-z]/i.test(after)) return 0.05;
    // A small letter before a capital is in no word: another encoding of the script.
    const isOdd = /\p{Lu}/u.test(character) && /\p{Ll}/u.test(before);
    // Words of one letter are rare.
    if (isOdd) return 0.1;
    if (!letter.test(before) && !letter.test(after)) return 0.5;
    return isFrequent.has(character) ? 1 : 0.85;
  };
}

/**
 * The common characters of an encoding for East Asia are those whose first byte is up to `last`: its
 * standard lists them before the others.
 */
function eastAsian(label: string, last: number): Candidate['score'] {
  let common: ReadonlySet<string> | null = null;
  const isJapanese = label === 'euc-jp';
  return (character) => {
    common ??= commonCharacters(label, last);
    if (/[\uff61-\uff9f]/.test(character)) return 0.05;
    if (/[\u3040-\u30ff]/.test(character)) return isJapanese ? 1 : 0.3;
    if (/[\u3001-\u3011\uff01\uff08-\uff0c\uff1a\uff1b\uff1f“”‘’—…]/.test(character)) return 0.9;
    if (/\p{Script=Hangul}/u.test(character)) return common.has(character) ? 0.97 : 0.3;
    if (!/\p{Script=Han}/u.test(character)) return 0.2;
    return common.has(character) ? 0.92 : 0.15;
  };
}

function commonCharacters(label: string, last: number): ReadonlySet<string> {
  const bytes: number[] = [];
  for (let lead = label === 'big5' ? 0xa4 : 0xb0; lead <= last; lead++) {
    for (let trail = label === 'big5' ? 0x40 : 0xa1; trail <= 0xfe; trail++) {
      if (trail < 0x7f || trail > 0xa0) bytes.push(lead, trail);
    }
  }
  return new Set(new TextDecoder(label).decode(new Uint8Array(bytes)).replaceAll('\ufffd', ''));
}
