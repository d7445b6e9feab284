import { DOMSerializer, type Fragment, type Node } from 'prosemirror-model';
import { type EditorState, Plugin } from 'prosemirror-state';
import { schema } from '../../../protocol/schema.ts';
import { pasteChunk } from './paste-chunk.ts';

/**
 * Copies the document's flat lines as the nested lists of other programs. Until the paste chunk has
 * loaded, lines are copied flat, which our own parser reads too.
 */
export function clipboard(): Plugin {
  const serializer = new NestingSerializer(
    DOMSerializer.nodesFromSchema(schema),
    DOMSerializer.marksFromSchema(schema),
  );
  return new Plugin({
    props: {
      transformCopied(slice, view) {
        serializer.state = view.state;
        return slice;
      },
      clipboardSerializer: serializer,
      // For an empty string ProseMirror uses its own plain text.
      clipboardTextSerializer: (slice, view) =>
        pasteChunk.loaded?.plainText(slice.content, view.state) ?? '',
    },
  });
}

class NestingSerializer extends DOMSerializer {
  /** The state from which lines are copied. ProseMirror sets it before it serializes. */
  state: EditorState | null = null;

  override serializeFragment(
    fragment: Fragment,
    options?: { document?: Document },
    target?: HTMLElement | DocumentFragment,
  ): HTMLElement | DocumentFragment {
    const isLines = fragment.firstChild?.isBlock === true;
    const module = pasteChunk.loaded;
    const { state } = this;
    if (!module || !isLines || target || !state) {
      return super.serializeFragment(fragment, options, target);
    }
    const serializeInline = (node: Node, into: HTMLElement) => {
      super.serializeFragment(node.content, options, into);
    };
    return module.nestedDom(fragment, options?.document ?? document, { state, serializeInline });
  }
}
