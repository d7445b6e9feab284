import type { Node } from 'prosemirror-model';
import { ReplaceStep, type Step } from 'prosemirror-transform';
import * as Y from 'yjs';

/**
 * Writes a step that changes only text within one line to Yjs, at the position of the edit. Returns
 * whether it has written the step. If not, the binding has to.
 *
 * The binding finds edits by comparing documents. It cannot distinguish an `o` typed before the `o`
 * of another author from one typed after it. Both look the same until the other author undoes theirs,
 * which then scrambles the word.
 */
export function writeTextStep(content: Y.XmlFragment, before: Node, step: Step): boolean {
  if (!(step instanceof ReplaceStep)) return false;
  const { from, to, slice } = step;
  const $from = before.resolve(from);
  const line = $from.parent;
  const isWithinLine = $from.depth === 1 && line.isTextblock && to <= $from.end();
  if (!isWithinLine || slice.openStart > 0 || slice.openEnd > 0) return false;
  const length = to - from;
  const start = $from.parentOffset;
  // An inline node has a size but no text.
  if (line.textBetween(start, start + length).length !== length) return false;
  const inserted = slice.content.content;
  if (!inserted.every((node) => node.isText)) return false;

  const element = content.length > 0 ? content.get($from.index(0)) : null;
  if (!(element instanceof Y.XmlElement)) return false;
  let offset = start;
  for (const child of element.toArray()) {
    const size = child instanceof Y.XmlText ? child.length : 1;
    if (child instanceof Y.XmlText && offset + length <= size) {
      // Insert before deleting: concurrent insertions in or right after the old text then follow
      // the new text.
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
