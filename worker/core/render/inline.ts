import * as Y from 'yjs';
import { limits } from '../../../protocol/limits.ts';
import { MarkState, sameMarks } from './marks.ts';
import { plainText } from './plain-text.ts';
import { type Content, type Inline, type Marks } from './tree.ts';
import { allTextOf, type Piece, piecesOf, type YjsType } from './yjs-pieces.ts';

const lineNames: ReadonlySet<string> = new Set(['paragraph', 'heading', 'codeBlock']);

/** Text, marks and hard breaks as they are read, equal neighbours joined. */
export class InlineReader {
  readonly #content: Inline[] = [];
  readonly #format = new MarkState();

  /** What was read so far. */
  get content(): Content {
    return this.#content;
  }

  text(text: string, marks: Marks = []): void {
    plainText(text).split('\n').forEach((line, i) => {
      if (i > 0) this.#content.push({ type: 'hardBreak' });
      if (line === '') return;
      const last = this.#content.at(-1);
      if (last?.type === 'text' && sameMarks(last.marks, marks)) {
        this.#content[this.#content.length - 1] = { ...last, text: last.text + line };
      } else {
        this.#content.push({ type: 'text', text: line, marks });
      }
    });
  }

  /**
   * Reads a piece of a line. An element other than a hard break has no place in a line, so its text
   * is taken out of it; `depth` is that of the piece.
   */
  read(piece: Piece, depth: number, format = this.#format): void {
    if (piece.type === 'text') {
      this.text(piece.text, format.marks);
    } else if (piece.type === 'format') {
      format.apply(piece.name, piece.value);
    } else if (depth > limits.typeDepth) {
      this.text(allTextOf(piece.child));
    } else if (isElement(piece.child, 'hardBreak')) {
      this.#content.push({ type: 'hardBreak' });
    } else if (holdsText(piece.child)) {
      this.#unwrap(piece.child, depth);
    }
  }

  #unwrap(child: YjsType, depth: number): void {
    // Words of different lines do not run together.
    if (this.#content.length > 0 && lineNames.has(elementNameOf(child) ?? '')) this.text(' ');
    // Marks hold within one Y.Text.
    const format = new MarkState();
    for (const piece of piecesOf(child)) this.read(piece, depth + 1, format);
  }
}

/** The content of a line: of an element whose children are texts and hard breaks. */
export function inlineOf(type: YjsType, depth: number): Content {
  const reader = new InlineReader();
  for (const piece of piecesOf(type)) reader.read(piece, depth + 1);
  return reader.content;
}

/** Maps and arrays in a text are data of somebody's; everything else may hold words. */
export function holdsText(type: YjsType): boolean {
  return type instanceof Y.XmlFragment || type instanceof Y.Text;
}

/**
 * Whether this is an element of that name; `snake_case` counts as `camelCase`, for editors built on
 * ProseMirror's basic schema.
 */
export function isElement(type: YjsType, name: string): type is Y.XmlElement {
  return elementNameOf(type) === name;
}

/** The name of an element in our spelling, or null for what is none. */
export function elementNameOf(type: YjsType): string | null {
  if (!(type instanceof Y.XmlElement)) return null;
  return type.nodeName.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
