import type { Node } from 'prosemirror-model';
import { ContentChanges } from '../../../content/content-changes.ts';
import { checkLength, checkSize } from '../../../content/import-limits.ts';
import { hideStyles } from './hide-styles.ts';
import { HtmlParser } from './html-parser.ts';
import { prepareHtml } from './prepare-html.ts';

/** The lines of an HTML file, and the title in its head; null for none. */
interface HtmlContent {
  readonly lines: Node;
  readonly title: string | null;
}

/**
 * Converts an HTML file to a document of the schema. Lists become flat lines. Styles and scripts are
 * removed, and the text of elements that the schema lacks is kept. Adds to `changes` what is not.
 * Nothing in the HTML runs or loads. Throws a `RangeError` if the HTML exceeds `importLimits`.
 */
export function readHtml(html: string, changes: ContentChanges): HtmlContent {
  checkLength(html);
  const { body, title } = new DOMParser().parseFromString(hideStyles(html), 'text/html');
  const parser = new HtmlParser((root) => prepareHtml(root, changes));
  return { lines: checkSize(parser.parse(body)), title: title.trim() || null };
}

/** The lines of {@link readHtml}. */
export function htmlToLines(html: string, changes = new ContentChanges()): Node {
  return readHtml(html, changes).lines;
}
