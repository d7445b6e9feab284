import * as Y from 'yjs';
import { limits } from '../../../../protocol/limits.ts';
import { safeHref } from '../../../../protocol/safe-href.ts';
import { ActiveMarks, InlineReader } from '../inline.ts';
import { type Content, type Mark, type Marks, markTypes } from '../tree.ts';
import { deepText, piecesOf, type YjsType } from '../yjs-types.ts';
import { linkOf, nodeAttribute } from './nested-nodes.ts';

/** The bits of a format of Lexical's text nodes. Its others have no mark here. */
const formatBits = { bold: 1, italic: 2, strike: 4, underline: 8, code: 16 } as const;

/** Reads the line in a node of Slate or Lexical: text, marks, links and line breaks. */
export class NestedInlineReader {
  readonly #reader = new InlineReader();

  /** The content read so far. */
  get content(): Content {
    return this.#reader.content;
  }

  text(text: string): void {
    this.#reader.text(text);
  }

  /**
   * Reads a node at a depth in the document. Slate gives formats to a text; Lexical writes a map with a
   * format before each of its texts.
   */
  read(node: YjsType, depth: number, link: Mark | null = null): void {
    if (depth > limits.typeDepth) return this.text(deepText(node));
    const formats = new ActiveMarks();
    let bits: Marks = [];
    for (const piece of piecesOf(node)) {
      if (piece.type === 'text') {
        this.#reader.text(piece.text, merge(formats.current, bits, link));
      } else if (piece.type === 'format') {
        formats.apply(piece.name, piece.value);
      } else if (piece.type === 'child') {
        const { child } = piece;
        if (!(child instanceof Y.Map)) this.read(child, depth + 1, linkMark(child) ?? link);
        else if (nodeAttribute(child, 'type') === 'linebreak') this.text('\n');
        else bits = marksOf(nodeAttribute(child, 'format'));
      }
    }
  }
}

export function textContent(text: string): Content {
  const reader = new InlineReader();
  reader.text(text);
  return reader.content;
}

function linkMark(node: YjsType): Mark | null {
  const href = linkOf(node);
  const safe = href === null ? null : safeHref(href);
  return safe === null ? null : { type: 'link', href: safe };
}

function marksOf(format: unknown): Marks {
  const bits = Number.isInteger(format) ? Number(format) : 0;
  return markTypes.flatMap((type) =>
    type !== 'link' && (bits & formatBits[type]) > 0 ? [{ type }] : []
  );
}

/** At most one mark of each type, in the order of nesting. */
function merge(formats: Marks, bits: Marks, link: Mark | null): Marks {
  if (bits.length === 0 && link === null) return formats;
  const all = link === null ? [...formats, ...bits] : [link, ...formats, ...bits];
  return markTypes.flatMap((type) => all.find((mark) => mark.type === type) ?? []);
}
