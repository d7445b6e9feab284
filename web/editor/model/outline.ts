import type { Node } from 'prosemirror-model';
import { kindOf, schema } from '../../../protocol/schema.ts';

/** A heading of the document. */
export interface OutlineEntry {
  /** 1 to 3. */
  readonly level: number;
  readonly text: string;
  /** The position of the heading's line. Valid until the document changes. */
  readonly position: number;
  /** The index of the heading's line. */
  readonly index: number;
}

const levels: { readonly [kind: string]: number } = { h1: 1, h2: 2, h3: 3 };

/** The headings of a document, in order, without empty ones. */
export function outlineOf(doc: Node): OutlineEntry[] {
  const entries: OutlineEntry[] = [];
  doc.forEach((node, position, index) => {
    const level = node.type === schema.nodes.paragraph ? levels[kindOf(node.attrs)] : undefined;
    if (level === undefined) return;
    const text = node.textBetween(0, node.content.size, ' ', ' ').trim();
    if (text !== '') entries.push({ level, text, position, index });
  });
  return entries;
}
