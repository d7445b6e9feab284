import { DOMParser, type Node, type ParseOptions, type Slice } from 'prosemirror-model';
import { schema } from '../../../protocol/schema.ts';

/**
 * Parses the HTML of any program as lines of the schema. `prepare` (see `prepareHtml`) first
 * changes the HTML in place. Pass the HTML text through {@link hideStyles} before the browser
 * parses it.
 */
export class HtmlParser extends DOMParser {
  readonly #prepare: (root: Element) => void;

  constructor(prepare: (root: Element) => void) {
    super(schema, DOMParser.fromSchema(schema).rules);
    this.#prepare = prepare;
  }

  override parse(dom: globalThis.Node, options?: ParseOptions): Node {
    if (dom instanceof Element) this.#prepare(dom);
    return super.parse(dom, options);
  }

  override parseSlice(dom: globalThis.Node, options?: ParseOptions): Slice {
    if (dom instanceof Element) this.#prepare(dom);
    return super.parseSlice(dom, options);
  }
}

/**
 * Renames `style` attributes and event handlers, such as `style` to `data-style`, and removes style
 * sheets.
 *
 * A Content-Security-Policy without inline styles empties every `style` attribute while HTML is
 * parsed, and with it the bold and italic of Google Docs. `prepareHtml` restores the styles in a
 * way that the policy allows. The handlers would not run either way, but the browser would report
 * them.
 */
export function hideStyles(html: string): string {
  return withoutStyleSheets(html).split('>').map(hideStylesOfTag).join('>');
}

/** Hides the styles of the tag in the text up to the next `>`. */
function hideStylesOfTag(text: string, index: number, parts: readonly string[]): string {
  const start = index < parts.length - 1 ? text.search(/<[a-z]/i) : -1;
  if (start < 0) return text;
  return text.slice(0, start) +
    text.slice(start).replace(/[\s/](style|on[a-z]+)\s*=/gi, ' data-$1=');
}

/** Removes `<style>` elements. One pattern for all would search for an end from every start. */
function withoutStyleSheets(html: string): string {
  const kept: string[] = [];
  const [opening, closing] = [/<style\b/gi, /<\/style\s*>/gi];
  let from = 0;
  for (;;) {
    opening.lastIndex = from;
    const start = opening.exec(html)?.index;
    if (start === undefined) break;
    closing.lastIndex = start;
    if (!closing.test(html)) break;
    kept.push(html.slice(from, start));
    from = closing.lastIndex;
  }
  kept.push(html.slice(from));
  return kept.join('');
}
