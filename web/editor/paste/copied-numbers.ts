import type { EditorState } from 'prosemirror-state';
import { ListNumbers } from '../../../content/list-numbers.ts';
import { schema } from '../../../protocol/schema.ts';

/** Counts the numbers of the lines that are copied, from the first line of the selection on. */
export function copiedNumbers({ doc, selection }: EditorState): ListNumbers {
  const numbers = new ListNumbers();
  for (let index = 0; index < selection.$from.index(0); index++) {
    const block = doc.child(index);
    numbers.next(block.type === schema.nodes.paragraph, block.attrs);
  }
  return numbers;
}
