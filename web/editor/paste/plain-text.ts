import type { Fragment } from 'prosemirror-model';
import type { EditorState } from 'prosemirror-state';
import { indentOf, isChecked, kindOf, schema } from '../../../protocol/schema.ts';
import { copiedNumbers } from './copied-numbers.ts';

/**
 * Lines as plain text with Markdown list markers. A single line has no marker. `state` is the one
 * whose selection is copied.
 */
export function plainText(lines: Fragment, state: EditorState): string {
  const texts: string[] = [];
  const numbers = copiedNumbers(state);
  lines.forEach((node) => {
    const text = node.isText ? node.text ?? '' : node.textBetween(0, node.content.size, '\n', '\n');
    const kind = node.type === schema.nodes.paragraph ? kindOf(node.attrs) : 'text';
    const level = indentOf(node.attrs);
    const number = numbers.next(node.type === schema.nodes.paragraph, node.attrs);
    const marker = {
      bullet: '- ',
      ordered: `${number}. `,
      task: isChecked(node.attrs) ? '- [x] ' : '- [ ] ',
    }[kind as string] ?? '';
    texts.push(lines.childCount === 1 ? text : `${'  '.repeat(level)}${marker}${text}`);
  });
  return texts.join('\n');
}
