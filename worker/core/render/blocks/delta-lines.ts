import { indentOf, type LineKind } from '../../../../protocol/schema.ts';
import { ActiveMarks, InlineReader } from '../inline.ts';
import { type Content, contentText } from '../tree.ts';
import { imageEntries, languageOf, lineEntry, linkEntries } from './entries.ts';
import type { Entry } from './nest.ts';
import { keyOf, piecesOf, type YjsType } from '../yjs-types.ts';

const lineKinds: ReadonlyMap<unknown, LineKind> = new Map<unknown, LineKind>([
  ['bullet', 'bullet'],
  ['ordered', 'ordered'],
  ['checked', 'task'],
  ['unchecked', 'task'],
]);

/**
 * Reads a text with formats, as Quill writes it: the formats of a line break are those of the line that
 * it ends. Images and videos are embeds, and become blocks of their own.
 *
 * The key of a line is the id of the line break before it, as in a plain text.
 *
 * @see https://quilljs.com/docs/delta
 * @see https://quilljs.com/docs/formats
 */
export function readDeltaLines(text: YjsType): Entry[] {
  const writer = new LineWriter();
  for (const piece of piecesOf(text)) {
    if (piece.type === 'format') writer.format(piece.name, piece.value);
    else if (piece.type === 'embed') writer.embed(keyOf(piece.id), piece.value);
    else if (piece.type === 'text') {
      let from = 0;
      for (let to = piece.text.indexOf('\n'); to >= 0; to = piece.text.indexOf('\n', from)) {
        writer.text(piece.text.slice(from, to));
        writer.endLine(keyOf(piece.id, to));
        from = to + 1;
      }
      writer.text(piece.text.slice(from));
    }
  }
  return writer.end();
}

/** Collects the text of lines, and the entries of those that have ended. */
class LineWriter {
  readonly #entries: Entry[] = [];
  readonly #marks = new ActiveMarks();
  /** The formats that are active, of those that a line can have. */
  readonly #formats = new Map<string, unknown>();
  #line = new InlineReader();
  #key = 'first';
  /** The code block that the next line may continue. */
  #code:
    | { readonly key: string; readonly language: string | null; readonly lines: string[] }
    | null = null;
  /** Whether the line has an embed before its text. */
  #hasEmbed = false;

  format(name: string, value: unknown): void {
    if (lineFormats.has(name)) this.#formats.set(name, value);
    else this.#marks.apply(name, value);
  }

  text(text: string): void {
    this.#line.text(text, this.#marks.current);
  }

  embed(key: string, value: unknown): void {
    const entries = embedEntries(key, value);
    if (entries.length === 0) return;
    if (this.#line.content.length > 0) this.#push([lineEntry(this.#key, this.#line.content)]);
    this.#push(entries);
    this.#start(`${key}.t`);
    this.#hasEmbed = true;
  }

  /** `next` is the key of the line that follows. */
  endLine(next: string): void {
    const { content } = this.#line;
    const code = this.#formats.get('code-block');
    if (isSet(code)) this.#addCode(content, languageOf(code));
    else this.#endText(this.#lineOf(content));
    this.#start(next);
  }

  end(): Entry[] {
    // A text of Quill ends with a line break.
    if (this.#line.content.length > 0) this.endLine('');
    this.#endCode();
    return this.#entries;
  }

  #start(key: string): void {
    this.#line = new InlineReader();
    this.#key = key;
    this.#hasEmbed = false;
  }

  /** Adds a line, unless nothing but an embed is in it. */
  #endText(entry: Entry): void {
    const isEmpty = this.#line.content.length === 0;
    if (!(isEmpty && this.#hasEmbed)) this.#push([entry]);
  }

  #lineOf(content: Content): Entry {
    const key = this.#key;
    const header = this.#formats.get('header');
    if (Number.isInteger(header) && Number(header) >= 1 && Number(header) <= 6) {
      return { type: 'heading', key, level: Number(header), content };
    }
    const list = this.#formats.get('list');
    const kind = lineKinds.get(list) ?? (isSet(this.#formats.get('blockquote')) ? 'quote' : 'text');
    return {
      ...lineEntry(key, content, kind),
      indent: indentOf({ indent: this.#formats.get('indent') }),
      checked: list === 'checked',
    };
  }

  #addCode(content: Content, language: string | null): void {
    if (this.#code?.language !== language) this.#endCode();
    this.#code ??= { key: this.#key, language, lines: [] };
    this.#code.lines.push(contentText(content));
  }

  #endCode(): void {
    if (this.#code === null) return;
    const { key, language, lines } = this.#code;
    this.#code = null;
    this.#entries.push({ type: 'codeBlock', key, language, text: lines.join('\n'), indent: 0 });
  }

  #push(entries: readonly Entry[]): void {
    this.#endCode();
    for (const entry of entries) this.#entries.push(entry);
  }
}

const lineFormats: ReadonlySet<string> = new Set([
  'header',
  'list',
  'indent',
  'blockquote',
  'code-block',
]);

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false;
}

function embedEntries(key: string, value: unknown): readonly Entry[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('image' in value) return imageEntries(key, { src: value.image });
  if ('video' in value) return linkEntries(key, { href: value.video });
  if ('formula' in value && typeof value.formula === 'string') {
    return [lineEntry(key, [{ type: 'text', text: value.formula, marks: [{ type: 'code' }] }])];
  }
  return [];
}
