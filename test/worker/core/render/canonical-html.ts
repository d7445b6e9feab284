/**
 * Normalizes HTML, to compare renderings of different programs: one line per block, with its text and
 * the marks of each character. Omits what Markdown cannot express: underlining, empty lines, indents,
 * and the marks of spaces.
 */
export function canonicalHtml(html: string): string {
  const canonical: string[] = [];
  const marks: string[] = [];
  const open: string[] = [];
  /** The current line; null between lines. */
  let line: Line | null = null;
  const startLine = () => new Line(open.at(-1) === 'li' ? 'p' : open.at(-1) ?? '');
  const endLine = () => {
    const text = line?.end() ?? '';
    if (text !== '') canonical.push(text);
    line = null;
  };
  for (const [, close, tag = '', attributes = '', text] of moveCheckboxes(html).matchAll(token)) {
    const inPre = open.includes('pre');
    if (text !== undefined) {
      if (line === null && text.trim() === '' && !inPre) continue;
      line ??= startLine();
      line.add(unescape(text), inPre ? [] : marks);
    } else if (ignored.has(tag) || tag === 'code' && inPre) {
      continue;
    } else if (inlineTags.has(tag)) {
      const mark = tag === 'a'
        ? `a ${decodeOptional(/href="([^"]*)"/.exec(attributes)?.[1] ?? '')}`
        : tag;
      if (close) marks.pop();
      else marks.push(mark);
    } else if (tag === 'br') {
      line ??= startLine();
      // A heading in Markdown has no line breaks.
      line.add(open.at(-1)?.startsWith('h') ? ' ' : '\u23ce', []);
    } else if (tag === 'input') {
      line ??= startLine();
      line.add(attributes.includes('checked') ? '[x] ' : '[ ] ', []);
    } else if (tag === 'hr' || tag === 'img') {
      const compared = [...attributes.matchAll(/ (?:src|alt|title)="[^"]*"/g)].map(String).sort();
      endLine();
      canonical.push(`<${tag}${decodeOptional(unescape(compared.join('')))}>`);
    } else if (close) {
      endLine();
      open.pop();
      if (containers.has(tag)) canonical.push(`</${tag}>`);
    } else {
      endLine();
      open.push(tag);
      const start = /start="\d+"/.exec(attributes)?.[0];
      if (containers.has(tag)) canonical.push(start ? `<${tag} ${start}>` : `<${tag}>`);
    }
  }
  return canonical.join('\n');
}

/** Markdown must encode some characters of an address that HTML need not. */
function decodeOptional(address: string): string {
  return address.replaceAll(/%(?:20|22|3C|3E)/g, decodeURIComponent);
}

/** Moves the checkbox of a task from before its line into it. */
function moveCheckboxes(html: string): string {
  return html.replaceAll(/(<input[^>]*>)(<p(?: [^>]*)?>)/g, '$2$1');
}

class Line {
  readonly #tag: string;
  #text = '';
  #marks = '';

  constructor(tag: string) {
    this.#tag = tag;
  }

  add(text: string, marks: readonly string[]): void {
    const key = [...new Set(marks)].sort().join(' ');
    for (const character of text) {
      if (/\s/.test(character) && this.#tag !== 'pre') {
        if (!/[ \u23ce]$/.test(this.#text)) this.#text += ' ';
        continue;
      }
      if (character !== '\u23ce' && key !== this.#marks) {
        this.#text += `{${key}}`;
        this.#marks = key;
      }
      if (character === '\u23ce') this.#text = this.#text.trimEnd();
      this.#text += character;
    }
  }

  end(): string {
    const text = this.#tag === 'pre'
      ? this.#text.replace(/\n+$/, '')
      : this.#text.replace(/[\s\u23ce]+$/, '').replace(/^[\s\u23ce]+/, '');
    return text === '' && this.#tag !== 'pre' ? '' : `${this.#tag}: ${text}`;
  }
}

const token = /<(\/?)([a-z][a-z0-9]*)((?: [a-z-]+(?:="[^"]*")?)*) ?\/?>|([^<]+)/g;
const ignored: ReadonlySet<string> = new Set(['u', 'span']);
const inlineTags: ReadonlySet<string> = new Set(['strong', 'em', 's', 'code', 'a']);
const containers: ReadonlySet<string> = new Set(['ul', 'ol', 'li', 'blockquote']);

function unescape(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'").replaceAll('&amp;', '&');
}
