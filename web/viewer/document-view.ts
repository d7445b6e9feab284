import type { Changes } from '../../protocol/changes.ts';
import { isKeyed, morph } from './morph.ts';

/** An element whose inner parts are being put in order, and the one that stands next in it. */
interface Open {
  readonly element: Element;
  next: Element | null;
}

/**
 * The parts of a document in a page: elements with keys, in each other. The page tells what is
 * shown; beside it only the order is remembered.
 */
export class DocumentView {
  readonly #container: HTMLElement;
  #order: readonly string[];

  /** Takes over what came with the page. */
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
   * Makes these changes. What is the same stays untouched, down to the characters of a line. Answers
   * the lines that hold something new.
   */
  apply({ from, order, blocks }: Changes): Element[] {
    const before = from === undefined ? [] : this.#order;
    this.#order =
      order?.flatMap((place) =>
        typeof place === 'string' ? place : before.slice(place[0], place[0] + place[1])
      ) ?? before;
    const html = new Map(blocks.map((block) => [block.key, block.html]));
    const keys = new Set(this.#order.map(keyOf));
    const elements = new Map<string, Element>();
    // First, so that nothing that stays has to be moved over what goes.
    for (const element of this.#container.querySelectorAll('[data-key]')) {
      const key = element.getAttribute('data-key') ?? '';
      if (keys.has(key)) elements.set(key, element);
      else element.remove();
    }
    const changed = new Set<Element>();
    const open: Open[] = [opened(this.#container)];
    for (const place of this.#order) {
      const key = keyOf(place);
      open.length = Number.parseInt(place) + 1;
      const parent = open.at(-1);
      if (!parent) throw new Error(`Cannot show document: nothing to put ${place} into`);
      const old = elements.get(key);
      const element = this.#update(old, html.get(key), changed);
      // What is replaced, or moves further in, may be what stands next further out.
      for (const outer of open) {
        if (outer.next === old && old) outer.next = element;
        if (outer !== parent && outer.next === element) outer.next = element.nextElementSibling;
      }
      if (element !== parent.next && element === parent.next?.nextElementSibling) {
        // The one between has moved down, and gets its place when its turn comes.
        parent.next = element;
      }
      if (element === parent.next) parent.next = element.nextElementSibling;
      else parent.element.insertBefore(element, parent.next);
      open.push(opened(element));
    }
    return [...changed].filter((element) => element.isConnected);
  }

  #update(old: Element | undefined, html: string | undefined, changed: Set<Element>): Element {
    if (html === undefined) {
      if (old) return old;
      throw new Error('Cannot show document: a part is missing');
    }
    const made = elementOf(html);
    const note = (element: Element) => {
      const line = element.closest('li, p, pre, h1, h2, h3, h4, h5, h6, img, hr');
      if (line) changed.add(line);
    };
    if (!old) {
      note(made);
      return made;
    }
    // The shade of an earlier change is no part of the document.
    unmark(old);
    return morph(old, made, note) as Element;
  }
}

const marked = new WeakMap<Element, ReturnType<typeof setTimeout>>();

/** Marks elements as changed for as long as the shade in viewer.css lasts. */
export function markChanged(elements: readonly Element[]): void {
  for (const element of elements) {
    element.classList.add('is-changed');
    clearTimeout(marked.get(element));
    marked.set(element, setTimeout(() => unmark(element), 2_400));
  }
}

function unmark(element: Element): void {
  element.classList.remove('is-changed');
  if (element.classList.length === 0) element.removeAttribute('class');
}

/** Inner parts stand after everything else in an element. */
function opened(element: Element): Open {
  return { element, next: [...element.children].find(isKeyed) ?? null };
}

function keyOf(place: string): string {
  return place.slice(place.indexOf(':') + 1);
}

/** A template's content is inert: nothing in it loads or runs. One element, says the service. */
function elementOf(html: string): Element {
  const template = document.createElement('template');
  template.innerHTML = html;
  const element = template.content.firstElementChild;
  if (!element) throw new Error('Cannot show block: it holds no element');
  return element;
}
