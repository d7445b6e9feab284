import type { Node } from 'prosemirror-model';
import { hideStyles, HtmlParser } from './html-parser.ts';
import { checkLength, checkSize } from './import-limits.ts';
import { prepareHtml } from './prepare-html.ts';

/**
 * Converts an HTML file or fragment to a document of the schema. Lists become flat lines. Styles
 * and scripts are removed, and the text of elements that the schema lacks is kept. Nothing in the
 * HTML runs or loads. Throws a `RangeError` if the HTML exceeds {@link importLimits}.
 */
export function htmlToLines(html: string): Node {
  checkLength(html);
  const { body } = new DOMParser().parseFromString(hideStyles(html), 'text/html');
  return checkSize(new HtmlParser(prepareHtml).parse(body));
}
