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
  return html
    .replace(/<style\b[^]*?<\/style\s*>/gi, '')
    .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/[\s/](style|on[a-z]+)\s*=/gi, ' data-$1='));
}
