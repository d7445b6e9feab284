import type { Changes } from '../../protocol/answers/changes.ts';
import { isKeyed, morph } from './morph.ts';

/** How long a change stays marked, in milliseconds; the animation in changed.css lasts as long. */
const markDuration = 2_400;

/** An element whose keyed children are being arranged, and the child that comes next. */
interface OpenElement {
  readonly element: Element;
  next: Element | null;
}

/**
 * A rendered document in a page: nested elements, each with a `data-key`. The page holds the content;
 * the view keeps only the order of the keys.
 */
export class DocumentView {
  readonly #container: HTMLElement;
  /** The keys in document order, each as `depth:key`. */
  #order: readonly string[];

  /** Adopts a document that is in the container already. */
  constructor(container: HTMLElement) {
    this.#container = container;
    this.#order = [...container.querySelectorAll('[data-key]')].map((element) => {
      let depth = 0;
      for (let at = element.parentElement; at && at !== container; at = at.parentElement) {
        if (isKeyed(at)) depth++;
      }
      return `${depth}:${element.getAttribute('data-key')}`;
    });
  }

  /**
   * Applies changes in place; what is equal stays untouched, down to the characters of a line. Returns
   * the lines with new content. Throws if the changes do not fit the document that is shown.
   */
  apply({ from, order, blocks }: Changes): Element[] {
    const before = from === undefined ? [] : this.#order;
    this.#order =
      order?.flatMap((entry) =>
        typeof entry === 'string' ? entry : before.slice(entry[0], entry[0] + entry[1])
      ) ?? before;
    const html = new Map(blocks.map((block) => [block.key, block.html]));
    // First, so that no element is moved past one that is removed anyway.
    const elements = this.#removeAbsent();
    const changed = new Set<Element>();
    const open: OpenElement[] = [openElement(this.#container)];
    for (const entry of this.#order) {
      const key = keyOf(entry);
      open.length = Number.parseInt(entry) + 1;
      const parent = open.at(-1);
      if (!parent) throw new Error(`Cannot show document: ${entry} has no parent`);
      const old = elements.get(key);
      const element = this.#update(old, html.get(key), changed);
      // An element that is replaced, or moves to another depth, may be the next one of an ancestor.
      for (const ancestor of open) {
        if (ancestor.next === old && old) ancestor.next = element;
        if (ancestor !== parent && ancestor.next === element) {
          ancestor.next = element.nextElementSibling;
        }
      }
      place(element, parent);
      open.push(openElement(element));
    }
    return [...changed].filter((element) => element.isConnected);
  }

  /** Removes elements that are not in the new order, and returns the others by key. */
  #removeAbsent(): Map<string, Element> {
    const keys = new Set(this.#order.map(keyOf));
    const elements = new Map<string, Element>();
    for (const element of this.#container.querySelectorAll('[data-key]')) {
      const key = element.getAttribute('data-key') ?? '';
      if (keys.has(key)) elements.set(key, element);
      else element.remove();
    }
    return elements;
  }

  #update(old: Element | undefined, html: string | undefined, changed: Set<Element>): Element {
    if (html === undefined) {
      if (old) return old;
      throw new Error('Cannot show document: a block is missing');
    }
    const created = elementOf(html);
    const addLine = (element: Element) => {
      const line = element.closest('li, p, pre, h1, h2, h3, h4, h5, h6, img, hr');
      if (line) changed.add(line);
    };
    if (!old) {
      addLine(created);
      return created;
    }
    // The mark of an earlier change is not part of the document.
    unmark(old);
    return morph(old, created, addLine) as Element;
  }
}

/** Puts an element at the next place of its parent. */
function place(element: Element, parent: OpenElement): void {
  if (element !== parent.next && element === parent.next?.nextElementSibling) {
    // The element before it has moved down, and is placed when its turn comes.
    parent.next = element;
  }
  if (element === parent.next) parent.next = element.nextElementSibling;
  else parent.element.insertBefore(element, parent.next);
}

const marked = new WeakMap<Element, ReturnType<typeof setTimeout>>();

/** Highlights elements for a moment. */
export function markChanged(elements: readonly Element[]): void {
  for (const element of elements) {
    element.classList.add('is-changed');
    clearTimeout(marked.get(element));
    marked.set(element, setTimeout(() => unmark(element), markDuration));
  }
}

function unmark(element: Element): void {
  element.classList.remove('is-changed');
  if (element.classList.length === 0) element.removeAttribute('class');
}

/** Keyed children follow everything else in an element. */
function openElement(element: Element): OpenElement {
  return { element, next: [...element.children].find(isKeyed) ?? null };
}

function keyOf(entry: string): string {
  return entry.slice(entry.indexOf(':') + 1);
}

/** The element of a block. The content of a template is inert: it loads and runs nothing. */
function elementOf(html: string): Element {
  const template = document.createElement('template');
  template.innerHTML = html;
  const element = template.content.firstElementChild;
  if (!element) throw new Error('Cannot show document: a block has no element');
  return element;
}
