import { limits } from '../../../protocol/limits.ts';
import { safeHref } from '../../../protocol/safe-href.ts';
import {
  areSameMarks,
  type Content,
  type Inline,
  type Mark,
  type Marks,
  type MarkType,
  markTypes,
} from './tree.ts';
import {
  deepText,
  elementNameOf,
  holdsText,
  isElement,
  type Piece,
  piecesOf,
  type YjsType,
} from './yjs-types.ts';

/** Elements that start a line. */
const lineNames: ReadonlySet<string> = new Set(['paragraph', 'heading', 'codeBlock']);

/** Reads the content of a line: text, marks and hard breaks. Merges adjacent texts of equal marks. */
export class InlineReader {
  readonly #content: Inline[] = [];
  readonly #marks = new ActiveMarks();

  /** The content read so far. */
  get content(): Content {
    return this.#content;
  }

  text(text: string, marks: Marks = []): void {
    sanitizeText(text).split('\n').forEach((line, i) => {
      if (i > 0) this.#content.push({ type: 'hardBreak' });
      if (line === '') return;
      const last = this.#content.at(-1);
      if (last?.type === 'text' && areSameMarks(last.marks, marks)) {
        this.#content[this.#content.length - 1] = { ...last, text: last.text + line };
      } else {
        this.#content.push({ type: 'text', text: line, marks });
      }
    });
  }

  /**
   * Reads a piece at a depth in the document. An element other than a hard break is not allowed in a
   * line; only its text is read.
   */
  read(piece: Piece, depth: number, marks = this.#marks): void {
    if (piece.type === 'text') {
      this.text(piece.text, marks.current);
    } else if (piece.type === 'format') {
      marks.apply(piece.name, piece.value);
    } else if (piece.type === 'embed') {
      // No editor of elements writes embeds.
    } else if (depth > limits.typeDepth) {
      this.text(deepText(piece.child));
    } else if (isElement(piece.child, 'hardBreak')) {
      this.#content.push({ type: 'hardBreak' });
    } else if (holdsText(piece.child)) {
      this.#unwrap(piece.child, depth);
    }
  }

  #unwrap(child: YjsType, depth: number): void {
    // Separates the last word of a line from the first one of the next.
    if (this.#content.length > 0 && lineNames.has(elementNameOf(child) ?? '')) this.text(' ');
    // The formats of a Y.Text end with it.
    const marks = new ActiveMarks();
    for (const piece of piecesOf(child)) this.read(piece, depth + 1, marks);
  }
}

/** Reads the content of an element whose children are texts and hard breaks. */
export function readInline(type: YjsType, depth: number): Content {
  const reader = new InlineReader();
  for (const piece of piecesOf(type)) reader.read(piece, depth + 1);
  return reader.content;
}

/** Names of marks, ours and those of other editors. */
const markNames = new Map<string, MarkType>([
  ...markTypes.map((type) => [type, type] as const),
  ['strong', 'bold'],
  ['em', 'italic'],
  ['s', 'strike'],
  ['strikethrough', 'strike'],
]);

/** y-prosemirror appends a hash to the name of a mark that overlaps others of its type. */
const overlapHash = /--[a-zA-Z0-9+/=]{8}$/;

/**
 * Formats that may be active at one place. Finding the marks among them takes a step for each; more than
 * a few overlap in no honest document. Beyond: ignored.
 */
const maxFormats = 32;

/** The marks at the current position of a text that is read from its start. */
export class ActiveMarks {
  readonly #formats = new Map<string, Mark>();
  #current: Marks | null = [];

  /** Starts a format, or ends it when `value` is null. An unknown format has no mark. */
  apply(name: string, value: unknown): void {
    const mark = readMark(name.replace(overlapHash, ''), value);
    if (mark === null) this.#formats.delete(name);
    else if (this.#formats.size < maxFormats || this.#formats.has(name)) {
      this.#formats.set(name, mark);
    }
    this.#current = null;
  }

  get current(): Marks {
    if (this.#current === null) {
      const active = [...this.#formats.values()];
      this.#current = markTypes.flatMap((type) => active.find((mark) => mark.type === type) ?? []);
    }
    return this.#current;
  }
}

function readMark(name: string, value: unknown): Mark | null {
  const type = markNames.get(name);
  if (type === undefined || value === null || value === undefined || value === false) return null;
  if (type !== 'link') return { type };
  const href = typeof value === 'object' && 'href' in value ? value.href : value;
  const safe = typeof href === 'string' ? safeHref(href) : null;
  return safe === null ? null : { type, href: safe };
}

/** Every character that {@link sanitizeText} may change. Hardly any text has one. */
// deno-lint-ignore no-control-regex -- it is about control characters
const suspicious = /[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]/;

// deno-lint-ignore no-control-regex -- it is about control characters
const unprintable = /[\0-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff]/g;

/**
 * Removes what an output format cannot represent: deletes control characters, replaces unpaired
 * surrogates by U+FFFD, and every kind of line break by `\n`.
 */
export function sanitizeText(text: string): string {
  if (!suspicious.test(text)) return text;
  return text.replace(/\r\n?|[\v\f\x85]/g, '\n').replace(unprintable, '')
    .replace(/\p{Surrogate}/gu, '\ufffd');
}
