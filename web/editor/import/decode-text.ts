import { htmlTokens } from '../../../content/html-tokens.ts';
import { guessEncoding } from './guess-encoding.ts';

interface DecodedText {
  readonly text: string;
  /** The encoding, where it was guessed; null if the file states it, or can have no other. */
  readonly guessed: string | null;
}

/** HTML declares its encoding within so many bytes; browsers look no further. */
const maxDeclaration = 4096;

/**
 * Decodes a text file: by its byte order mark, as UTF-8, by the encoding that an HTML file declares,
 * or by a guess. Throws a `TypeError` for bytes that are no text.
 */
export function decodeText(
  bytes: Uint8Array,
  { isHtml }: { readonly isHtml: boolean },
): DecodedText {
  const stated = markedEncoding(bytes) ?? utf16Encoding(bytes);
  if (stated !== null) return { text: checkText(decode(bytes, stated)), guessed: null };
  checkText(decode(bytes.subarray(0, maxDeclaration), 'windows-1252'));
  if (isAscii(bytes) && hasJapaneseEscape(bytes)) {
    return { text: decode(bytes, 'iso-2022-jp'), guessed: 'ISO-2022-JP (Japanese)' };
  }
  const utf8 = decodeStrictly(bytes, 'utf-8');
  if (utf8 !== null) return { text: utf8, guessed: null };
  const declared = isHtml ? declaredEncoding(bytes) : null;
  if (declared !== null) return { text: decode(bytes, declared), guessed: null };
  const damaged = decode(bytes, 'utf-8');
  const unreadable = damaged.split('\ufffd').length - 1;
  const readable = damaged.replace(/[\0-\x7f\ufffd]/g, '').length;
  if (readable >= 4 * unreadable) {
    return { text: damaged, guessed: `UTF-8, with ${unreadable} unreadable characters` };
  }
  const { label, name } = guessEncoding(bytes);
  return { text: decode(bytes, label), guessed: name };
}

function decode(bytes: Uint8Array, label: string): string {
  return new TextDecoder(label).decode(bytes);
}

function decodeStrictly(bytes: Uint8Array, label: string): string | null {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return null;
  }
}

function markedEncoding(bytes: Uint8Array): string | null {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return null;
}

/** UTF-16 without a mark: the high bytes of ASCII are zero, and no other byte is. */
function utf16Encoding(bytes: Uint8Array): string | null {
  const zeros = [0, 0];
  const sample = bytes.subarray(0, maxDeclaration);
  sample.forEach((byte, i) => {
    if (byte === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  });
  const [even = 0, odd = 0] = zeros;
  if (bytes.length % 2 !== 0 || Math.max(even, odd) * 20 < sample.length) return null;
  return even === 0 ? 'utf-16le' : odd === 0 ? 'utf-16be' : null;
}

/** Throws a `TypeError` if a text has characters that no text has. */
function checkText(text: string): string {
  // deno-lint-ignore no-control-regex -- it is about control characters
  const controls = text.match(/[\0-\x08\x0e-\x1a\x1c-\x1f]/g)?.length ?? 0;
  if (text.includes('\0') || controls * 100 > text.length) throw new TypeError('It is no text');
  return text;
}

function isAscii(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte < 0x80);
}

/** ISO-2022-JP switches to Japanese characters by the escape sequences ESC $ B and ESC $ @. */
function hasJapaneseEscape(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(0x1b); at >= 0; at = bytes.indexOf(0x1b, at + 1)) {
    if (bytes[at + 1] === 0x24 && (bytes[at + 2] === 0x42 || bytes[at + 2] === 0x40)) return true;
  }
  return false;
}

/** The encoding that the HTML declares, if a `TextDecoder` knows it. */
function declaredEncoding(bytes: Uint8Array): string | null {
  for (const token of htmlTokens(decode(bytes.subarray(0, maxDeclaration), 'windows-1252'))) {
    if (token.type === 'comment' && token.source.startsWith('<?xml')) {
      const [, encoding] = /\sencoding=["']([\w-]+)["']/.exec(token.source) ?? [];
      if (encoding !== undefined && isKnown(encoding)) return encoding;
    }
    if (token.type !== 'open' || token.name !== 'meta') continue;
    const valueOf = (wanted: string) => token.attributes.find(({ name }) => name === wanted)?.value;
    const [, inContent] = /charset\s*=\s*["']?([\w-]+)/i.exec(valueOf('content') ?? '') ?? [];
    const label = (valueOf('charset') ?? inContent ?? '').trim();
    // What declares UTF-16 in ASCII is not UTF-16.
    if (isKnown(label) && !/^utf-/i.test(new TextDecoder(label).encoding)) return label;
  }
  return null;
}

function isKnown(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== '';
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return false;
  }
}
