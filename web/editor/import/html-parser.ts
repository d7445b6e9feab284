import { DOMParser, type Node, type ParseOptions, type Slice } from 'prosemirror-model';
import { schema } from '../../../protocol/schema.ts';

/**
 * Parses the HTML of any program as lines of the schema. `prepare` (see `prepareHtml`) first
 * changes the HTML in place. Pass the HTML text through `hideStyles` before the browser parses it.
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
