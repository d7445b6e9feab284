import type { Node } from 'prosemirror-model';
import { indentOf, isChecked, kindOf, schema } from '../../../protocol/schema.ts';

const signs: { readonly [mark: string]: string } = {
  bold: '**',
  italic: '_',
  strike: '~~',
  code: '`',
  underline: '++',
};

/** A document in short: one string for each block, its kind and level in front, marks as signs. */
export function linesOf(doc: Node): string[] {
  return doc.children.map((node) => {
    const level = indentOf(node.attrs) || '';
    if (node.type !== schema.nodes.paragraph) {
      const about = node.attrs.language ?? node.attrs.src ?? '';
      return `${node.type.name}${level} ${about} ${node.textContent}`.trim();
    }
    const kind = kindOf(node.attrs);
    const front = `${kind === 'text' ? '' : kind}${level}${isChecked(node.attrs) ? '✓' : ''}`;
    return front === '' ? inlineOf(node) : `${front} ${inlineOf(node)}`;
  });
}

function inlineOf(line: Node): string {
  return line.children.map((node) => {
    const link = node.marks.find((mark) => mark.type === schema.marks.link);
    const around = node.marks.map((mark) => signs[mark.type.name] ?? '').join('');
    const text = `${around}${node.text ?? '⏎'}${[...around].reverse().join('')}`;
    return link ? `[${text}](${link.attrs.href})` : text;
  }).join('');
}
