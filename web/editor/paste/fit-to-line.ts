import { Fragment, type Node, Slice } from 'prosemirror-model';
import { indentOf, isListKind, kindOf, schema } from '../../../protocol/schema.ts';

/**
 * Adapts a pasted slice to the line at the caret. Part of one line is inserted as text, without the
 * kind of the line it was copied from. Plain lines pasted into a list become items of that list.
 */
export function fitToLine(slice: Slice, target: Node): Slice {
  const { content, openStart, openEnd } = slice;
  const first = content.firstChild;
  if (target.type !== schema.nodes.paragraph || !first) return slice;
  const isPartOfLine = content.childCount === 1 && first.type === schema.nodes.paragraph &&
    openStart > 0 && openEnd > 0;
  const targetKind = kindOf(target.attrs);
  const isEmptyText = target.content.size === 0 && targetKind === 'text';
  if (isPartOfLine && !isEmptyText) return new Slice(first.content, 0, 0);
  // A closed slice replaces the empty line. In an open one the first line would take its kind.
  const hasKind = first.type === schema.nodes.paragraph && kindOf(first.attrs) !== 'text';
  if (isEmptyText && hasKind) return new Slice(content, 0, 0);
  if (!isListKind(targetKind)) return slice;
  const attributes = { kind: targetKind, indent: target.attrs.indent, checked: null };
  const lines = content.content.map((node) => {
    const isPlain = node.type === schema.nodes.paragraph && kindOf(node.attrs) === 'text' &&
      indentOf(node.attrs) === 0;
    return isPlain ? node.type.create(attributes, node.content, node.marks) : node;
  });
  return new Slice(Fragment.from(lines), openStart, openEnd);
}
