import { DOMSerializer, type Fragment, type Node } from 'prosemirror-model';
import { Plugin } from 'prosemirror-state';
import { schema } from '../../../protocol/schema.ts';
import { pasteChunk } from './paste-chunk.ts';

/**
 * Copies the document's flat lines as the nested lists of other programs. Until the paste chunk has
 * loaded, lines are copied flat, which our own parser reads too.
 */
export function clipboard(): Plugin {
  return new Plugin({
    props: {
      clipboardSerializer: new NestingSerializer(
        DOMSerializer.nodesFromSchema(schema),
        DOMSerializer.marksFromSchema(schema),
      ),
      // For an empty string ProseMirror uses its own plain text.
      clipboardTextSerializer: (slice) => pasteChunk.loaded?.plainText(slice.content) ?? '',
    },
  });
}

class NestingSerializer extends DOMSerializer {
  override serializeFragment(
    fragment: Fragment,
    options?: { document?: Document },
    target?: HTMLElement | DocumentFragment,
  ): HTMLElement | DocumentFragment {
    const isLines = fragment.firstChild?.isBlock === true;
    const module = pasteChunk.loaded;
    if (!module || !isLines || target) return super.serializeFragment(fragment, options, target);
    const serializeInline = (node: Node, into: HTMLElement) => {
      super.serializeFragment(node.content, options, into);
    };
    return module.nestedDom(fragment, options?.document ?? document, serializeInline);
  }
}
