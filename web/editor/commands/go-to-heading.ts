import { TextSelection } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { schema } from '../../../protocol/schema.ts';
import type { OutlineEntry } from '../model/outline.ts';

/**
 * Scrolls a heading to the top and sets the caret at its end. Does nothing if it no longer exists. On a
 * phone it only scrolls: the focus would open the keyboard, which covers the heading.
 */
export function goToHeading(view: EditorView, { position }: OutlineEntry): void {
  const { doc, tr } = view.state;
  const line = position < doc.content.size ? doc.nodeAt(position) : null;
  if (line?.type !== schema.nodes.paragraph) return;
  const isPhone = matchMedia('(pointer: coarse)').matches;
  if (!isPhone) {
    view.dispatch(tr.setSelection(TextSelection.create(doc, position + 1 + line.content.size)));
  }
  const element = view.nodeDOM(position);
  // The style sheet decides whether this scrolls smoothly: it respects reduced motion.
  if (element instanceof Element) element.scrollIntoView({ block: 'start' });
  if (!isPhone) view.focus();
}
