import { type Command, NodeSelection, Selection } from 'prosemirror-state';
import { safeImageSource } from '../../../protocol/safe-href.ts';
import { indentOf, isListKind, kindOf, schema } from '../../../protocol/schema.ts';
import { selectedImage } from '../view/image-command.ts';
import { setLine } from '../model/lines.ts';

export interface ImageAttributes {
  /** An address that `safeImageSource` has passed. */
  readonly src: string;
  /** What the picture shows, for those who do not see it. Empty for a mere ornament. */
  readonly alt: string;
}

/** The address a person meant, or null where no picture can be loaded from. */
export function imageAddressFrom(input: string): string | null {
  const text = input.trim();
  const hasScheme = /^([a-z][a-z0-9+.-]*:|\/)/i.test(text);
  return safeImageSource(hasScheme || !text.includes('.') ? text : `https://${text}`);
}

/**
 * Changes the selected image, or puts a new one below the caret's line; in place of it where it is
 * empty. Within a list it is indented to the text of the item, so that the list goes on below it.
 */
export function setImage({ src, alt }: ImageAttributes): Command {
  return (state, dispatch) => {
    const transaction = state.tr;
    if (selectedImage(state)) {
      setLine(transaction, state.selection.from, { src, alt });
      const selection = NodeSelection.create(transaction.doc, state.selection.from);
      dispatch?.(transaction.setSelection(selection));
      return true;
    }
    const { $to } = state.selection;
    const line = $to.depth > 0 ? $to.node(1) : null;
    const isList = line !== null && isListKind(kindOf(line.attrs));
    const indent = line && isList ? indentOf(line.attrs) + 1 : 0;
    const image = schema.nodes.image.create({ src, alt, indent: indent || null });
    const after = line ? $to.after(1) : $to.pos;
    const isEmpty = line?.type === schema.nodes.paragraph && line.content.size === 0 && !isList;
    const from = isEmpty ? $to.before(1) : after;
    transaction.replaceWith(from, after, image);
    const end = from + image.nodeSize;
    if (end === transaction.doc.content.size) {
      transaction.insert(end, schema.nodes.paragraph.create());
    }
    transaction.setSelection(Selection.near(transaction.doc.resolve(end)));
    dispatch?.(transaction.scrollIntoView());
    return true;
  };
}

export const removeImage: Command = (state, dispatch) => {
  if (!selectedImage(state)) return false;
  dispatch?.(state.tr.deleteSelection());
  return true;
};
