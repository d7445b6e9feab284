import {
  DOMParser,
  DOMSerializer,
  Fragment,
  type Node,
  type ParseOptions,
  Slice,
} from 'prosemirror-model';
import { Plugin } from 'prosemirror-state';
import { safeHref } from '../../protocol/safe-href.ts';
import { indentOf, isListKind, kindOf, schema } from '../../protocol/schema.ts';
import { flattenLists } from './flatten-html.ts';
import { nestedDom, plainText } from './nested-html.ts';

/**
 * Copying and pasting. Other programs get nested lists and give nested lists; the document's own
 * lines are flat.
 */
export function clipboard(): Plugin {
  return new Plugin({
    props: {
      clipboardParser: new FlatParser(schema, DOMParser.fromSchema(schema).rules),
      clipboardSerializer: new NestingSerializer(
        DOMSerializer.nodesFromSchema(schema),
        DOMSerializer.marksFromSchema(schema),
      ),
      clipboardTextSerializer: (slice) => plainText(slice.content),
      transformPastedHTML: hideStyles,
      transformPasted: (slice, view) => fitToLine(slice, view.state.selection.$from.parent),
      handlePaste(view, event) {
        const text = event.clipboardData?.getData('text/plain').trim() ?? '';
        const { from, to, empty, $from } = view.state.selection;
        const isAddress = /^(https?:\/\/|mailto:)\S+$/.test(text);
        const href = isAddress ? safeHref(text) : null;
        if (empty || href === null || !$from.parent.type.allowsMarkType(schema.marks.link)) {
          return false;
        }
        view.dispatch(view.state.tr.addMark(from, to, schema.marks.link.create({ href })));
        return true;
      },
    },
  });
}

/**
 * A Content-Security-Policy without inline styles empties every `style` attribute in HTML that is
 * parsed, and with it the bold and italic of Google Docs. Under another name they get through;
 * {@link showStyles} gives them back by a way that the policy allows.
 */
function hideStyles(html: string): string {
  return html.replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle\s*=/gi, ' data-style='));
}

function showStyles(root: Element): void {
  for (const element of root.querySelectorAll<HTMLElement>('[data-style]')) {
    element.style.cssText = element.dataset.style ?? '';
    delete element.dataset.style;
  }
}

class FlatParser extends DOMParser {
  override parseSlice(dom: globalThis.Node, options?: ParseOptions): Slice {
    if (dom instanceof Element) {
      showStyles(dom);
      flattenLists(dom);
    }
    return super.parseSlice(dom, options);
  }
}

class NestingSerializer extends DOMSerializer {
  override serializeFragment(
    fragment: Fragment,
    options?: { document?: Document },
    target?: HTMLElement | DocumentFragment,
  ): HTMLElement | DocumentFragment {
    const isLines = fragment.childCount > 0 && fragment.firstChild?.isBlock === true;
    if (!isLines || target) return super.serializeFragment(fragment, options, target);
    const serializeInline = (node: Node, into: HTMLElement) => {
      super.serializeFragment(node.content, options, into);
    };
    return nestedDom(fragment, options?.document ?? document, serializeInline);
  }
}

/**
 * Words copied from within one line stay words: they do not bring the kind of their line along. Plain
 * lines pasted into a list become items of it.
 */
function fitToLine(slice: Slice, target: Node): Slice {
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
