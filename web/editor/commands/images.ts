import type { Node } from 'prosemirror-model';
import { type Command, type EditorState, NodeSelection, Selection } from 'prosemirror-state';
import { safeImageSource } from '../../../protocol/safe-href.ts';
import { indentOf, isListKind, kindOf, schema } from '../../../protocol/schema.ts';
import { setAttributes } from '../model/lines.ts';

export interface ImageAttributes {
  /** An address that has passed `safeImageSource`. */
  readonly src: string;
  /** The description for people who cannot see the image. Empty if it is decorative. */
  readonly alt: string;
}

/** The selected image, or null. */
export function selectedImage(state: EditorState): Node | null {
  const { selection } = state;
  return selection instanceof NodeSelection && selection.node.type === schema.nodes.image
    ? selection.node
    : null;
}

/** Completes an image address as the user typed it. Returns null if images may not load from it. */
export function imageAddressFrom(input: string): string | null {
  const text = input.trim();
  const hasScheme = /^([a-z][a-z0-9+.-]*:|\/)/i.test(text);
  return safeImageSource(hasScheme || !text.includes('.') ? text : `https://${text}`);
}

/**
 * Changes the selected image, or inserts a new one below the line at the caret. An empty line
 * outside a list is replaced. In a list the image is indented like the item's text, so that the
 * list continues below it.
 */
export function setImage({ src, alt }: ImageAttributes): Command {
  return (state, dispatch) => {
    const transaction = state.tr;
    if (selectedImage(state)) {
      setAttributes(transaction, state.selection.from, { src, alt });
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

/** Removes the selected image. */
export const removeImage: Command = (state, dispatch) => {
  if (!selectedImage(state)) return false;
  dispatch?.(state.tr.deleteSelection());
  return true;
};
