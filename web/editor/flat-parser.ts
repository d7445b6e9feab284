import { DOMParser, type Node, type ParseOptions, type Slice } from 'prosemirror-model';
import { schema } from '../../protocol/schema.ts';
import { cleanHtml } from './clean-html.ts';
import { flattenLists } from './flatten-html.ts';

/**
 * Reads the HTML of any program as lines of the schema. The HTML is changed by it, and has to have
 * come through `hideStyles` before it was parsed.
 */
export class FlatParser extends DOMParser {
  constructor() {
    super(schema, DOMParser.fromSchema(schema).rules);
  }

  override parse(dom: globalThis.Node, options?: ParseOptions): Node {
    prepare(dom);
    return super.parse(dom, options);
  }

  override parseSlice(dom: globalThis.Node, options?: ParseOptions): Slice {
    prepare(dom);
    return super.parseSlice(dom, options);
  }
}

function prepare(dom: globalThis.Node): void {
  if (!(dom instanceof Element)) return;
  cleanHtml(dom);
  flattenLists(dom);
}
