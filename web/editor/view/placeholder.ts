import { Plugin } from 'prosemirror-state';
import { kindOf, schema } from '../../../protocol/schema.ts';

/** Marks an empty document with the placeholder text, which the style sheet shows. */
export function placeholder(text: string): Plugin {
  return new Plugin({
    props: {
      attributes({ doc }): { [name: string]: string } {
        const line = doc.firstChild;
        const isEmpty = doc.childCount === 1 && line?.type === schema.nodes.paragraph &&
          line.content.size === 0 && kindOf(line.attrs) === 'text';
        return isEmpty ? { 'data-placeholder': text, 'aria-placeholder': text } : {};
      },
    },
  });
}
