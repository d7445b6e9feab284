import { createElement, type IconNode, Pencil, Unlink } from 'lucide';
import type { EditorView } from 'prosemirror-view';
import { safeHref } from '../../../protocol/safe-href.ts';
import { linkAt, type LinkRange } from '../commands/links.ts';

export interface LinkActions {
  edit(): void;
  remove(): void;
}

/**
 * A small bar below the link the caret is in: where it leads, and buttons to change it or to take it
 * away. It stands right behind the text in the page, so that Tab leads into it, and Escape back.
 */
export class LinkBubble {
  readonly #view: EditorView;
  readonly #element: HTMLElement;
  readonly #address: HTMLAnchorElement;
  /** The link it was closed for by Escape. It stays closed until the caret has been elsewhere. */
  #closedFor: string | null = null;

  constructor(view: EditorView, { edit, remove }: LinkActions) {
    this.#view = view;
    this.#address = document.createElement('a');
    this.#address.target = '_blank';
    this.#address.rel = 'noopener noreferrer nofollow ugc';
    this.#element = document.createElement('div');
    this.#element.className = 'link-bubble';
    this.#element.setAttribute('role', 'group');
    this.#element.setAttribute('aria-label', 'Link');
    this.#element.hidden = true;
    this.#element.append(
      this.#address,
      button('Change the link', Pencil, edit),
      button('Remove the link', Unlink, remove),
    );
    this.#element.addEventListener('keydown', this.#leave);
    this.#element.addEventListener('focusout', this.#follow);
    view.dom.addEventListener('focusin', this.#follow);
    view.dom.addEventListener('focusout', this.#follow);
    view.dom.addEventListener('keydown', this.#close);
    view.dom.after(this.#element);
  }

  update(): void {
    const { state } = this.#view;
    const link = this.#isWanted() ? linkAt(state) : null;
    const href = link && safeHref(link.href);
    if (link === null || href === null) {
      // This runs with every key.
      if (!this.#element.hidden) this.#element.hidden = true;
      this.#closedFor = null;
      return;
    }
    if (this.#closedFor === href) return;
    this.#closedFor = null;
    if (this.#address.getAttribute('href') !== href) {
      this.#address.href = href;
      this.#address.textContent = shown(href);
      this.#address.title = `Open ${href}`;
    }
    this.#element.hidden = false;
    this.#place(link);
  }

  destroy(): void {
    const { dom } = this.#view;
    dom.removeEventListener('focusin', this.#follow);
    dom.removeEventListener('focusout', this.#follow);
    dom.removeEventListener('keydown', this.#close);
    this.#element.remove();
  }

  #isWanted(): boolean {
    const { state, editable } = this.#view;
    return editable && state.selection.empty &&
      (this.#view.hasFocus() || this.#element.contains(document.activeElement));
  }

  #place({ from, to }: LinkRange): void {
    const { head } = this.#view.state.selection;
    // Below the line the caret is in: a link may go over several.
    const caret = this.#view.coordsAtPos(Math.min(Math.max(head, from), to));
    const start = this.#view.coordsAtPos(from);
    const parent = this.#element.offsetParent?.getBoundingClientRect() ?? new DOMRect();
    const left = start.top === caret.top ? start.left : caret.left;
    const rightmost = parent.width - this.#element.offsetWidth;
    this.#element.style.top = `${caret.bottom - parent.top + 4}px`;
    this.#element.style.left = `${Math.max(0, Math.min(left - parent.left, rightmost))}px`;
  }

  readonly #follow = () => {
    // The focus is between two elements in this moment.
    setTimeout(() => {
      if (!this.#view.isDestroyed) this.update();
    });
  };

  /** Escape in the text. It stays the editor's as well: the next Tab leaves. */
  readonly #close = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || this.#element.hidden) return;
    this.#closedFor = this.#address.getAttribute('href');
    this.#element.hidden = true;
  };

  readonly #leave = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    this.#view.focus();
  };
}

/** The address without what says nothing, and without its end where it is long. */
function shown(href: string): string {
  const bare = href.replace(/^(https?:\/\/(www\.)?|mailto:|tel:)/, '').replace(/\/$/, '');
  return bare.length > 40 ? `${bare.slice(0, 39)}…` : bare;
}

function button(label: string, node: IconNode, press: () => void): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = 'tool';
  element.setAttribute('aria-label', label);
  element.title = label;
  element.append(createElement(node, { 'aria-hidden': 'true', width: 16, height: 16 }));
  // Pressed with the mouse, the caret stays in the link.
  element.addEventListener('mousedown', (event) => event.preventDefault());
  element.addEventListener('click', press);
  return element;
}
