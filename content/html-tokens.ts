/** An attribute of a start tag. `offset` is the index of its name in the tag. */
export interface HtmlAttribute {
  /** In lower case. */
  readonly name: string;
  /** As written: character references are not decoded. */
  readonly value: string;
  readonly offset: number;
}

/** A token of HTML. `source` is its text in the source. */
export type HtmlToken =
  & { readonly source: string }
  & (
    | { readonly type: 'text' | 'comment' }
    | {
      readonly type: 'open';
      readonly name: string;
      readonly attributes: readonly HtmlAttribute[];
    }
    | { readonly type: 'close'; readonly name: string }
  );

/** Elements whose content is text up to their end tag, whatever it looks like. */
const rawText: ReadonlySet<string> = new Set([
  'script',
  'style',
  'textarea',
  'title',
  'xmp',
  'iframe',
  'noembed',
  'noframes',
]);

/**
 * Splits HTML into tags, comments and text as the tokenizer of browsers does. Builds no tree. Takes
 * time in the length of the HTML. The sources of the tokens together are the HTML.
 *
 * @see https://html.spec.whatwg.org/multipage/parsing.html#tokenization
 */
export function* htmlTokens(html: string): Generator<HtmlToken> {
  // Not `toLowerCase` alone: it makes some characters two, and so moves the others.
  const lowerCase = html.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  let textStart = 0;
  let at = html.indexOf('<');
  while (at >= 0) {
    const token = tokenAt(html, at);
    if (token === null) {
      at = html.indexOf('<', at + 1);
      continue;
    }
    if (at > textStart) yield { type: 'text', source: html.slice(textStart, at) };
    yield token;
    textStart = at = at + token.source.length;
    if (token.type === 'open' && rawText.has(token.name)) {
      at = endTagIndex(lowerCase, token.name, at);
    } else at = html.indexOf('<', at);
    if (at < 0) break;
  }
  if (textStart < html.length) yield { type: 'text', source: html.slice(textStart) };
}

/** The index of the end tag of an element with raw text; -1 for none. */
function endTagIndex(lowerCase: string, name: string, from: number): number {
  for (let at = from;; at += 2) {
    at = lowerCase.indexOf(`</${name}`, at);
    if (at < 0 || /[\s/>]/.test(lowerCase[at + name.length + 2] ?? '>')) return at;
  }
}

/** The tag or comment at an index; null where `<` is text. */
function tokenAt(html: string, at: number): HtmlToken | null {
  if (html.startsWith('<!--', at)) return comment(html, at, commentEnd(html, at));
  const next = html[at + 1] ?? '';
  if (next === '!' || next === '?') return comment(html, at, after(html, '>', at));
  const isClosing = next === '/';
  const nameStart = isClosing ? at + 2 : at + 1;
  const first = html[nameStart] ?? '';
  if (!/[a-z]/i.test(first)) {
    // `</3` is a comment, `< 3` is text.
    return isClosing && first !== '' ? comment(html, at, after(html, '>', at)) : null;
  }
  const nameEnd = indexOfAny(html, nameStart, isNameEnd);
  const name = html.slice(nameStart, nameEnd).toLowerCase();
  const { attributes, end } = readAttributes(html, at, nameEnd);
  const source = html.slice(at, end);
  return isClosing ? { type: 'close', name, source } : { type: 'open', name, attributes, source };
}

function comment(html: string, start: number, end: number): HtmlToken {
  return { type: 'comment', source: html.slice(start, end) };
}

/** Browsers end a comment at `-->` and `--!>`, and read `<!-->` and `<!--->` as empty ones. */
function commentEnd(html: string, at: number): number {
  if (html.startsWith('>', at + 4)) return at + 5;
  if (html.startsWith('->', at + 4)) return at + 6;
  // One search for both: a search for `-->` alone may reach the end of the HTML at each comment.
  const end = /--!?>/g;
  end.lastIndex = at + 4;
  return end.test(html) ? end.lastIndex : html.length;
}

/** The index after the next occurrence; the end of the HTML without one. */
function after(html: string, text: string, from: number): number {
  const at = html.indexOf(text, from);
  return at < 0 ? html.length : at + text.length;
}

function readAttributes(
  html: string,
  tagStart: number,
  from: number,
): { readonly attributes: HtmlAttribute[]; readonly end: number } {
  const attributes: HtmlAttribute[] = [];
  let at = from;
  for (;;) {
    at = indexOfAny(html, at, (character) => !/[\s/]/.test(character));
    if (at >= html.length) return { attributes, end: html.length };
    if (html[at] === '>') return { attributes, end: at + 1 };
    const start = at;
    const offset = at - tagStart;
    // A `=` at the start belongs to the name.
    at = indexOfAny(html, at + 1, (character) => character === '=' || isNameEnd(character));
    const name = html.slice(start, at).toLowerCase();
    const equals = indexOfAny(html, at, (character) => !/\s/.test(character));
    if (html[equals] !== '=') {
      attributes.push({ name, value: '', offset });
      continue;
    }
    at = indexOfAny(html, equals + 1, (character) => !/\s/.test(character));
    const quote = html[at];
    if (quote === '"' || quote === "'") {
      const end = html.indexOf(quote, at + 1);
      attributes.push({ name, value: html.slice(at + 1, end < 0 ? html.length : end), offset });
      at = end < 0 ? html.length : end + 1;
    } else {
      const end = indexOfAny(html, at, (character) => /[\s>]/.test(character));
      attributes.push({ name, value: html.slice(at, end), offset });
      at = end;
    }
  }
}

function isNameEnd(character: string): boolean {
  return /[\s/>]/.test(character);
}

function indexOfAny(html: string, from: number, matches: (character: string) => boolean): number {
  let at = from;
  while (at < html.length && !matches(html[at] ?? '')) at++;
  return at;
}
