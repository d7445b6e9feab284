import type { Fragment, Node } from 'prosemirror-model';
import type { EditorState } from 'prosemirror-state';
import type { ListNumbers } from '../../../content/list-numbers.ts';
import {
  indentOf,
  isChecked,
  isListKind,
  kindOf,
  type LineKind,
  schema,
} from '../../../protocol/schema.ts';
import { copiedNumbers } from './copied-numbers.ts';

/**
 * Builds the HTML of flat lines for other programs: nested `<ul>` and `<ol>`, and one
 * `<blockquote>` around adjacent quotes. The `data-` attributes hold the kind and level of each
 * line for our own parser; other programs ignore them.
 */
export function nestedDom(
  lines: Fragment,
  document: Document,
  { state, serializeInline }: {
    /** The state whose selection is copied. */
    readonly state: EditorState;
    readonly serializeInline: SerializeInline;
  },
): DocumentFragment {
  const builder = new NestedDomBuilder(document, copiedNumbers(state), serializeInline);
  lines.forEach((line) => builder.add(line));
  return builder.root;
}

type SerializeInline = (node: Node, into: HTMLElement) => void;

class NestedDomBuilder {
  readonly root: DocumentFragment;
  readonly #document: Document;
  readonly #numbers: ListNumbers;
  readonly #serializeInline: SerializeInline;
  /** The open lists, outermost first. A level that the document skips is a list too. */
  readonly #lists: { readonly element: HTMLElement; readonly tag: string }[] = [];
  #quote: HTMLElement | null = null;

  constructor(document: Document, numbers: ListNumbers, serializeInline: SerializeInline) {
    this.root = document.createDocumentFragment();
    this.#document = document;
    this.#numbers = numbers;
    this.#serializeInline = serializeInline;
  }

  add(node: Node): void {
    const kind = node.type === schema.nodes.paragraph ? kindOf(node.attrs) : null;
    const number = this.#numbers.next(kind !== null, node.attrs);
    if (kind !== 'quote') this.#quote = null;
    if (kind !== null && isListKind(kind)) return this.#addItem(node, kind, number);
    // A deeper block belongs to the item above it, so that the list continues below it.
    const level = kind === null || kind === 'text' ? indentOf(node.attrs) : 0;
    this.#lists.length = Math.min(this.#lists.length, level);
    const item = this.#lists.at(-1)?.element.lastElementChild;
    const parent = item?.localName === 'li' ? item : this.root;
    if (kind === null) this.#addBlock(node, parent);
    else this.#addLine(node, kind, parent);
  }

  #addLine(node: Node, kind: LineKind, around: ParentNode): void {
    const parent = kind === 'quote'
      ? (this.#quote ??= this.#append('blockquote', this.root))
      : around;
    const tag = kind === 'h1' || kind === 'h2' || kind === 'h3' ? kind : 'p';
    const element = this.#append(tag, parent);
    markLine(element, node);
    this.#serializeInline(node, element);
  }

  #addItem(node: Node, kind: LineKind, number: number | null): void {
    const list = this.#openList(kind, indentOf(node.attrs));
    if (number !== null && number > 1 && list.childElementCount === 0) {
      list.setAttribute('start', String(number));
    }
    const item = this.#append('li', list);
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

  #addBlock(node: Node, parent: ParentNode): void {
    if (node.type === schema.nodes.codeBlock) {
      const element = this.#append('pre', parent);
      if (node.attrs.language) element.dataset.language = String(node.attrs.language);
      markIndent(element, node);
      this.#append('code', element).textContent = node.textContent;
    } else if (node.type === schema.nodes.image) {
      const element = this.#append('img', parent);
      for (const name of ['src', 'alt', 'title']) {
        if (typeof node.attrs[name] === 'string') element.setAttribute(name, node.attrs[name]);
      }
      markIndent(element, node);
    } else {
      this.#append('hr', parent);
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
