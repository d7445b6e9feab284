import type { Fragment } from 'prosemirror-model';
import { indentOf, isChecked, kindOf, schema } from '../../../protocol/schema.ts';

/** Lines as plain text with Markdown list markers. A single line has no marker. */
export function plainText(lines: Fragment): string {
  const texts: string[] = [];
  const counts: number[] = [];
  lines.forEach((node) => {
    const text = node.isText ? node.text ?? '' : node.textBetween(0, node.content.size, '\n', '\n');
    const kind = node.type === schema.nodes.paragraph ? kindOf(node.attrs) : 'text';
    const level = indentOf(node.attrs);
    counts.length = Math.min(counts.length, kind === 'ordered' ? level + 1 : level);
    if (kind === 'ordered') counts[level] = (counts[level] ?? 0) + 1;
    const marker = {
      bullet: '- ',
      ordered: `${counts[level] ?? 1}. `,
      task: isChecked(node.attrs) ? '- [x] ' : '- [ ] ',
    }[kind as string] ?? '';
    texts.push(lines.childCount === 1 ? text : `${'  '.repeat(level)}${marker}${text}`);
  });
  return texts.join('\n');
}
