import { DOMSerializer, Fragment, type Node, Slice } from 'prosemirror-model';
import { Plugin } from 'prosemirror-state';
import { indentOf, isListKind, kindOf, schema } from '../../../protocol/schema.ts';
import { FlatParser, hideStyles } from '../import/html-parser.ts';
import { loadedLazyChunk } from '../lazy-chunk.ts';
import { plainText } from './plain-text.ts';

/**
 * Copying and pasting. Other programs get nested lists and give nested lists; the document's own
 * lines are flat.
 */
export function clipboard(): Plugin {
  return new Plugin({
    props: {
      clipboardParser: new FlatParser(),
      clipboardSerializer: new NestingSerializer(
        DOMSerializer.nodesFromSchema(schema),
        DOMSerializer.marksFromSchema(schema),
      ),
      clipboardTextSerializer: (slice) => plainText(slice.content),
      transformPastedHTML: hideStyles,
      transformPasted: (slice, view) => fitToLine(slice, view.state.selection.$from.parent),
    },
  });
}

class NestingSerializer extends DOMSerializer {
  override serializeFragment(
    fragment: Fragment,
    options?: { document?: Document },
    target?: HTMLElement | DocumentFragment,
  ): HTMLElement | DocumentFragment {
    const isLines = fragment.childCount > 0 && fragment.firstChild?.isBlock === true;
    const extras = loadedLazyChunk();
    // As long as that is not there, lines are copied as they stand in the editor: ours can read it.
    if (!extras || !isLines || target) return super.serializeFragment(fragment, options, target);
    const serializeInline = (node: Node, into: HTMLElement) => {
      super.serializeFragment(node.content, options, into);
    };
    return extras.nestedDom(fragment, options?.document ?? document, serializeInline);
  }
}

/**
 * Words copied from within one line stay words: they do not bring the kind of their line along. Plain
 * lines pasted into a list become items of it.
 */
export function fitToLine(slice: Slice, target: Node): Slice {
  const { content, openStart, openEnd } = slice;
  const first = content.firstChild;
  if (target.type !== schema.nodes.paragraph || !first) return slice;
  const isOneOpenLine = content.childCount === 1 && first.type === schema.nodes.paragraph &&
    openStart > 0 && openEnd > 0;
  const isEmptyText = target.content.size === 0 && kindOf(target.attrs) === 'text';
  if (isOneOpenLine && !isEmptyText) return new Slice(first.content, 0, 0);
  // Closed at both ends the lines replace the empty one; open, the first would take its kind.
  const bringsKind = first.type === schema.nodes.paragraph && kindOf(first.attrs) !== 'text';
  if (isEmptyText && bringsKind) return new Slice(content, 0, 0);
  const targetKind = kindOf(target.attrs);
  if (!isListKind(targetKind)) return slice;
  const lines: Node[] = [];
  content.forEach((node) => {
    const isPlain = node.type === schema.nodes.paragraph && kindOf(node.attrs) === 'text' &&
      indentOf(node.attrs) === 0;
    const attributes = { kind: targetKind, indent: target.attrs.indent, checked: null };
    lines.push(isPlain ? node.type.create(attributes, node.content, node.marks) : node);
  });
  return new Slice(Fragment.from(lines), openStart, openEnd);
}
