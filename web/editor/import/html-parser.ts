import { DOMParser, type Node, type ParseOptions, type Slice } from 'prosemirror-model';
import { schema } from '../../../protocol/schema.ts';
import { loadedLazyChunk } from '../lazy-chunk.ts';

/**
 * Reads the HTML of any program as lines of the schema. The HTML is changed by it, and has to have
 * come through `hideStyles` before it was parsed. Lists become lines only once `loadExtras` is done.
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
  const extras = loadedLazyChunk();
  if (!extras || !(dom instanceof Element)) return;
  extras.cleanHtml(dom);
  extras.flattenLists(dom);
}

/**
 * A Content-Security-Policy without inline styles empties every `style` attribute in HTML that is
 * parsed, and with it the bold and italic of Google Docs. Under another name they get through;
 * `cleanHtml` gives them back by a way that the policy allows. Handlers of events are only renamed,
 * and style sheets taken out, so that the policy has nothing to report: it would not run them.
 */
export function hideStyles(html: string): string {
  return html
    .replace(/<style\b[^]*?<\/style\s*>/gi, '')
    .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/[\s/](style|on[a-z]+)\s*=/gi, ' data-$1='));
}
