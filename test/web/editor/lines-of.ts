import type { Node } from 'prosemirror-model';
import { indentOf, isChecked, kindOf, schema } from '../../../protocol/schema.ts';

const markers: { readonly [mark: string]: string } = {
  bold: '**',
  italic: '_',
  strike: '~~',
  code: '`',
  underline: '++',
};

/** A document as one string per block: kind and level, then the text with Markdown-like markers. */
export function linesOf(doc: Node): string[] {
  return doc.children.map((node) => {
    const level = indentOf(node.attrs) || '';
    if (node.type !== schema.nodes.paragraph) {
      const detail = node.attrs.language ?? node.attrs.src ?? '';
      return `${node.type.name}${level} ${detail} ${node.textContent}`.trim();
    }
    const kind = kindOf(node.attrs);
    const front = `${kind === 'text' ? '' : kind}${level}${isChecked(node.attrs) ? '✓' : ''}`;
    return front === '' ? inlineOf(node) : `${front} ${inlineOf(node)}`;
  });
}

function inlineOf(line: Node): string {
  return line.children.map((node) => {
    const link = node.marks.find((mark) => mark.type === schema.marks.link);
    const around = node.marks.map((mark) => markers[mark.type.name] ?? '').join('');
    const text = `${around}${node.text ?? '⏎'}${[...around].reverse().join('')}`;
    return link ? `[${text}](${link.attrs.href})` : text;
  }).join('');
}
