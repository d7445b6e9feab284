import type { Node } from 'prosemirror-model';
import { ReplaceStep, type Step } from 'prosemirror-transform';
import * as Y from 'yjs';

/**
 * Writes a step that changes only text, within one line, to Yjs at the place where it happened.
 *
 * The binding would find out by comparing: an `o` typed before an `o` of somebody else it takes for
 * one typed behind it. On the screen that is the same, but when the other takes back their `o`, the
 * letters of a word are in another order. Whatever is no plain change of text is left to the binding.
 * Answers whether all of the step is written.
 */
export function writeText(content: Y.XmlFragment, before: Node, step: Step): boolean {
  if (!(step instanceof ReplaceStep)) return false;
  const { from, to, slice } = step;
  const $from = before.resolve(from);
  const line = $from.parent;
  const isWithinLine = $from.depth === 1 && line.isTextblock && to <= $from.end();
  if (!isWithinLine || slice.openStart > 0 || slice.openEnd > 0) return false;
  const length = to - from;
  const start = $from.parentOffset;
  // An inline node counts in positions, and has no text.
  if (line.textBetween(start, start + length).length !== length) return false;
  const inserted = slice.content.content;
  if (!inserted.every((node) => node.isText)) return false;

  const element = content.length > 0 ? content.get($from.index(0)) : null;
  if (!(element instanceof Y.XmlElement)) return false;
  let offset = start;
  for (const child of element.toArray()) {
    const size = child instanceof Y.XmlText ? child.length : 1;
    if (child instanceof Y.XmlText && offset + length <= size) {
      // First the new, then away with the old: what others write right behind the old text, or in
      // it, then comes behind the new.
      for (const { text = '', marks } of inserted) {
        const attributes = marks.map((mark) => [mark.type.name, mark.attrs]);
        child.insert(offset, text, Object.fromEntries(attributes));
        offset += text.length;
      }
      child.delete(offset, length);
      return true;
    }
    offset -= size;
    if (offset < 0) return false;
  }
  return false;
}
