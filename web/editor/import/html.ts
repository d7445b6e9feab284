import type { Node } from 'prosemirror-model';
import { hideStyles } from '../clean-html.ts';
import { FlatParser } from '../flat-parser.ts';
import { checkLength } from './import-limits.ts';

/**
 * An HTML file, or a piece of one, as a document of the schema: lists flat, styles, scripts and
 * whatever has no place in the schema gone, its text kept. Runs nothing and loads nothing. Throws a
 * `RangeError` for one too long.
 */
export function htmlToLines(html: string): Node {
  checkLength(html);
  const { body } = new DOMParser().parseFromString(hideStyles(html), 'text/html');
  return new FlatParser().parse(body);
}
