import type { Block } from './content.ts';
import { morph } from './morph.ts';

/** The blocks of a document in a page, each an element with its key. */
export class DocumentView {
  readonly #container: HTMLElement;
  /** What the elements were made from. Those that came with the page are not in it. */
  #shown = new Map<string, string>();

  constructor(container: HTMLElement) {
    this.#container = container;
  }

  /**
   * Makes the page show these blocks. What is the same stays untouched. Answers the elements that
   * hold something new, as small as a line of text can be.
   */
  show(blocks: readonly Block[]): Element[] {
    const changed = new Set<Element>();
    const elements = new Map<string, Element>();
    const keys = new Set(blocks.map(({ key }) => key));
    // First, so that nothing that stays has to be moved over what goes.
    for (const element of [...this.#container.children]) {
      const key = element.getAttribute('data-key');
      if (key === null || !keys.has(key)) element.remove();
      else elements.set(key, element);
    }
    let place = this.#container.firstElementChild;
    for (const { key, html } of blocks) {
      const old = elements.get(key);
      const element = this.#update(old, key, html, (element) => changed.add(lineOf(element)));
      if (old === place) place = element.nextElementSibling;
      else this.#container.insertBefore(element, place);
    }
    this.#shown = new Map(blocks.map(({ key, html }) => [key, html]));
    return [...changed].filter((element) => element.isConnected);
  }

  #update(
    old: Element | undefined,
    key: string,
    html: string,
    changed: (element: Element) => void,
  ): Element {
    if (old && this.#shown.get(key) === html) return old;
    const made = elementOf(html);
    if (!old) {
      changed(made);
      return made;
    }
    // The shade of an earlier change is no part of the document.
    for (const element of old.querySelectorAll('.is-changed')) unmark(element);
    unmark(old);
    return morph(old, made, changed) as Element;
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

/** A template's content is inert: nothing in it loads or runs. One element, says the service. */
function elementOf(html: string): Element {
  const template = document.createElement('template');
  template.innerHTML = html;
  const element = template.content.firstElementChild;
  if (!element) throw new Error('Cannot show block: it holds no element');
  return element;
}

/** What a reader would call the line: not the word in bold, nor the whole list. */
function lineOf(element: Element): Element {
  return element.closest('li, p, pre, h1, h2, h3, h4, h5, h6') ?? element;
}
