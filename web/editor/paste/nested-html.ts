import type { Fragment, Node } from 'prosemirror-model';
import {
  indentOf,
  isChecked,
  isListKind,
  kindOf,
  type LineKind,
  schema,
} from '../../../protocol/schema.ts';

/**
 * Flat lines as the HTML other programs understand: `<ul>` and `<ol>` within each other, one
 * `<blockquote>` around neighbouring quotes. Each line's own kind and level stand beside it in
 * `data-` attributes, which others ignore and our own parser trusts.
 */
export function nestedDom(
  lines: Fragment,
  document: Document,
  serializeInline: (node: Node, into: HTMLElement) => void,
): DocumentFragment {
  const out = document.createDocumentFragment();
  /** The open lists, from the outermost in; a level that was jumped over is a list as well. */
  const lists: { readonly element: HTMLElement; readonly tag: string }[] = [];
  let quote: HTMLElement | null = null;

  lines.forEach((node) => {
    const kind = node.type === schema.nodes.paragraph ? kindOf(node.attrs) : null;
    if (kind !== 'quote') quote = null;
    if (kind === null || !isListKind(kind)) lists.length = 0;
    if (kind === null) {
      out.append(blockElement(node, document));
    } else if (isListKind(kind)) {
      listFor(kind, indentOf(node.attrs)).append(item(node, kind));
    } else {
      const parent: ParentNode = kind === 'quote' ? (quote ??= append('blockquote', out)) : out;
      const tag = kind === 'h1' || kind === 'h2' || kind === 'h3' ? kind : 'p';
      const element = append(tag, parent);
      markLine(element, node);
      serializeInline(node, element);
    }
  });
  return out;

  function append(tag: string, parent: ParentNode): HTMLElement {
    const element = document.createElement(tag);
    parent.append(element);
    return element;
  }

  function listFor(kind: LineKind, level: number): HTMLElement {
    const tag = kind === 'ordered' ? 'ol' : 'ul';
    lists.length = Math.min(lists.length, level + 1);
    if (lists[level] && lists[level].tag !== tag) lists.length = level;
    while (lists.length <= level) {
      const outer = lists.at(-1)?.element;
      const parent = outer?.lastElementChild ?? outer ?? out;
      lists.push({ element: append(tag, parent), tag });
    }
    return lists[level]?.element ?? append(tag, out);
  }

  function item(node: Node, kind: LineKind): HTMLElement {
    const element = document.createElement('li');
    if (kind === 'task') {
      const box = document.createElement('input');
      box.type = 'checkbox';
      box.toggleAttribute('checked', isChecked(node.attrs));
      element.append(box);
    }
    const line = append('p', element);
    markLine(line, node);
    serializeInline(node, line);
    return element;
  }

  function blockElement(node: Node, document: Document): HTMLElement {
    if (node.type === schema.nodes.codeBlock) {
      const element = document.createElement('pre');
      if (node.attrs.language) element.dataset.language = String(node.attrs.language);
      markIndent(element, node);
      const code = append('code', element);
      code.textContent = node.textContent;
      return element;
    }
    if (node.type !== schema.nodes.image) return document.createElement('hr');
    const element = document.createElement('img');
    for (const name of ['src', 'alt', 'title']) {
      if (typeof node.attrs[name] === 'string') element.setAttribute(name, node.attrs[name]);
    }
    markIndent(element, node);
    return element;
  }
}

function markLine(element: HTMLElement, node: Node): void {
  const kind = kindOf(node.attrs);
  if (kind === 'quote' || isListKind(kind)) element.dataset.kind = kind;
  element.toggleAttribute('data-checked', isChecked(node.attrs));
  markIndent(element, node);
}

function markIndent(element: HTMLElement, node: Node): void {
  const indent = indentOf(node.attrs);
  if (indent > 0) element.dataset.indent = String(indent);
}
