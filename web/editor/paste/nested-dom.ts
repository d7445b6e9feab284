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
 * Builds the HTML of flat lines for other programs: nested `<ul>` and `<ol>`, and one
 * `<blockquote>` around adjacent quotes. The `data-` attributes hold the kind and level of each
 * line for our own parser; other programs ignore them.
 */
export function nestedDom(
  lines: Fragment,
  document: Document,
  serializeInline: SerializeInline,
): DocumentFragment {
  const builder = new NestedDomBuilder(document, serializeInline);
  lines.forEach((line) => builder.add(line));
  return builder.root;
}

type SerializeInline = (node: Node, into: HTMLElement) => void;

class NestedDomBuilder {
  readonly root: DocumentFragment;
  readonly #document: Document;
  readonly #serializeInline: SerializeInline;
  /** The open lists, outermost first. A level that the document skips is a list too. */
  readonly #lists: { readonly element: HTMLElement; readonly tag: string }[] = [];
  #quote: HTMLElement | null = null;

  constructor(document: Document, serializeInline: SerializeInline) {
    this.root = document.createDocumentFragment();
    this.#document = document;
    this.#serializeInline = serializeInline;
  }

  add(node: Node): void {
    const kind = node.type === schema.nodes.paragraph ? kindOf(node.attrs) : null;
    if (kind !== 'quote') this.#quote = null;
    if (kind === null || !isListKind(kind)) this.#lists.length = 0;
    if (kind === null) this.#addBlock(node);
    else if (isListKind(kind)) this.#addItem(node, kind);
    else this.#addLine(node, kind);
  }

  #addLine(node: Node, kind: LineKind): void {
    const parent = kind === 'quote'
      ? (this.#quote ??= this.#append('blockquote', this.root))
      : this.root;
    const tag = kind === 'h1' || kind === 'h2' || kind === 'h3' ? kind : 'p';
    const element = this.#append(tag, parent);
    markLine(element, node);
    this.#serializeInline(node, element);
  }

  #addItem(node: Node, kind: LineKind): void {
    const item = this.#append('li', this.#openList(kind, indentOf(node.attrs)));
    if (kind === 'task') {
      const box = this.#document.createElement('input');
      box.type = 'checkbox';
      box.toggleAttribute('checked', isChecked(node.attrs));
      item.append(box);
    }
    const line = this.#append('p', item);
    markLine(line, node);
    this.#serializeInline(node, line);
  }

  /** The list of this kind at this level, which is opened if necessary. */
  #openList(kind: LineKind, level: number): HTMLElement {
    const lists = this.#lists;
    const tag = kind === 'ordered' ? 'ol' : 'ul';
    lists.length = Math.min(lists.length, level + 1);
    if (lists[level] && lists[level].tag !== tag) lists.length = level;
    while (lists.length <= level) {
      const outer = lists.at(-1)?.element;
      const parent = outer?.lastElementChild ?? outer ?? this.root;
      lists.push({ element: this.#append(tag, parent), tag });
    }
    return lists[level]?.element ?? this.#append(tag, this.root);
  }

  #addBlock(node: Node): void {
    if (node.type === schema.nodes.codeBlock) {
      const element = this.#append('pre', this.root);
      if (node.attrs.language) element.dataset.language = String(node.attrs.language);
      markIndent(element, node);
      this.#append('code', element).textContent = node.textContent;
    } else if (node.type === schema.nodes.image) {
      const element = this.#append('img', this.root);
      for (const name of ['src', 'alt', 'title']) {
        if (typeof node.attrs[name] === 'string') element.setAttribute(name, node.attrs[name]);
      }
      markIndent(element, node);
    } else {
      this.#append('hr', this.root);
    }
  }

  #append(tag: string, parent: ParentNode): HTMLElement {
    const element = this.#document.createElement(tag);
    parent.append(element);
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
