import * as Y from 'yjs';
import { liveItems, typeIn } from '../content/line-runs.ts';

/**
 * The position between two characters as a position in Yjs: to the right of the one before it. So a
 * caret follows the character that its author has typed last, also when others type at its right.
 */
export function relativeTo(type: Y.XmlText | Y.XmlElement | Y.XmlFragment, item: Y.ID | null) {
  const id = type._item?.id ?? null;
  return new Y.RelativePosition(
    item ? null : id,
    item || id ? null : Y.findRootTypeKey(type as never),
    item,
    -1,
  );
}

/** The size in ProseMirror of an item among the children of a line. */
function sizeOf(item: Y.Item): number {
  const type = typeIn(item);
  return type instanceof Y.XmlText ? type._length : 1;
}

/** The line that contains a position, and the offset in it; null if it is in none or deleted. */
export function offsetOf(
  doc: Y.Doc,
  position: Y.RelativePosition,
): { readonly line: Y.AbstractType<unknown>; readonly offset: number } | null {
  const found = Y.createAbsolutePositionFromRelativePosition(position, doc);
  if (!found) return null;
  const { type, index } = found;
  let offset = 0;
  if (!(type instanceof Y.XmlText)) {
    let left = index;
    for (const item of liveItems(type)) if (left-- > 0) offset += sizeOf(item);
    return { line: type, offset };
  }
  for (let item = type._item?.left; item; item = item.left) {
    if (!item.deleted) offset += sizeOf(item);
  }
  return type.parent && { line: type.parent, offset: offset + index };
}
