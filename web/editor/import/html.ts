import type { Node } from 'prosemirror-model';
import { FlatParser, hideStyles } from './html-parser.ts';
import { loadLazyChunk } from '../lazy-chunk.ts';
import { checkLength, checkSize } from './import-limits.ts';

/**
 * An HTML file, or a piece of one, as a document of the schema: lists flat, styles, scripts and
 * whatever has no place in the schema gone, its text kept. Nothing of it is run or loaded. Rejects
 * with a `RangeError` for one too long, with a `TypeError` where what reads it is out of reach.
 */
export async function htmlToLines(html: string): Promise<Node> {
  checkLength(html);
  await loadLazyChunk();
  const { body } = new DOMParser().parseFromString(hideStyles(html), 'text/html');
  return checkSize(new FlatParser().parse(body));
}
