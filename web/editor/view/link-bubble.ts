import { createElement, type IconNode, Pencil, Unlink } from 'lucide';
import type { EditorView } from 'prosemirror-view';
import { safeHref } from '../../../protocol/safe-href.ts';
import { isListKind, kindOf } from '../../../protocol/schema.ts';
import { openLink, sectionOf } from './open-link.ts';
import { linkAt, type LinkRange } from '../commands/links.ts';

interface LinkActions {
  edit(): void;
  remove(): void;
}

/**
 * A bubble below the link at the caret. It shows the address, and has buttons to edit and remove the
 * link. It follows the editor in the DOM: Tab moves the focus into it, and Escape back.
 */
export class LinkBubble {
  readonly #view: EditorView;
  readonly #element: HTMLElement;
  readonly #address: HTMLAnchorElement;
  /** The address for which Escape has closed the bubble, until the caret leaves the link. */
  #closedFor: string | null = null;

  constructor(view: EditorView, { edit, remove }: LinkActions) {
    this.#view = view;
    this.#address = document.createElement('a');
    this.#address.target = '_blank';
    this.#address.rel = 'noopener noreferrer nofollow ugc';
    this.#address.addEventListener('click', (event) => {
      if (sectionOf(this.#address) === null) return;
      event.preventDefault();
      openLink(view, this.#address);
    });
    this.#element = document.createElement('div');
    this.#element.className = 'link-bubble';
    this.#element.setAttribute('role', 'group');
    this.#element.setAttribute('aria-label', 'Link');
    this.#element.hidden = true;
    this.#element.append(
      this.#address,
      button('Edit link', Pencil, edit),
      button('Remove link', Unlink, remove),
    );
    this.#element.addEventListener('keydown', this.#returnFocus);
    this.#element.addEventListener('focusout', this.#onFocusChange);
    view.dom.addEventListener('focusin', this.#onFocusChange);
    view.dom.addEventListener('focusout', this.#onFocusChange);
    view.dom.addEventListener('keydown', this.#closeOnEscape);
    // Before the keymap, which indents the line.
    view.dom.addEventListener('keydown', this.#focusByTab, true);
    view.dom.after(this.#element);
  }

  update(): void {
    const { state } = this.#view;
    const link = this.#canShow() ? linkAt(state) : null;
    const href = link && safeHref(link.href);
    if (link === null || href === null) {
      // This runs on every key, so avoid the DOM write.
      if (!this.#element.hidden) this.#element.hidden = true;
      this.#closedFor = null;
      return;
    }
    if (this.#closedFor === href) return;
    this.#closedFor = null;
    if (this.#address.getAttribute('href') !== href) {
      this.#address.href = href;
      this.#address.textContent = shortAddress(href);
      this.#address.title = `Open ${href}`;
    }
    this.#element.hidden = false;
    this.#place(link);
  }

  destroy(): void {
    const { dom } = this.#view;
    dom.removeEventListener('focusin', this.#onFocusChange);
    dom.removeEventListener('focusout', this.#onFocusChange);
    dom.removeEventListener('keydown', this.#closeOnEscape);
    dom.removeEventListener('keydown', this.#focusByTab, true);
    this.#element.remove();
  }

  #canShow(): boolean {
    const { state, editable } = this.#view;
    return editable && state.selection.empty &&
      (this.#view.hasFocus() || this.#element.contains(document.activeElement));
  }

  #place({ from, to }: LinkRange): void {
    const { head } = this.#view.state.selection;
    // A link may span several lines. Show the bubble below the line of the caret.
    const caret = this.#view.coordsAtPos(Math.min(Math.max(head, from), to));
    const start = this.#view.coordsAtPos(from);
    const parent = this.#element.offsetParent?.getBoundingClientRect() ?? new DOMRect();
    const left = start.top === caret.top ? start.left : caret.left;
    const rightmost = parent.width - this.#element.offsetWidth;
    this.#element.style.top = `${caret.bottom - parent.top + 4}px`;
    this.#element.style.left = `${Math.max(0, Math.min(left - parent.left, rightmost))}px`;
  }

  readonly #onFocusChange = () => {
    // At this moment the focus is on neither element.
    setTimeout(() => {
      if (!this.#view.isDestroyed) this.update();
    });
  };

  /** Escape in the text. The keymap handles it too: the next Tab leaves the editor. */
  readonly #closeOnEscape = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || this.#element.hidden) return;
    this.#closedFor = this.#address.getAttribute('href');
    this.#element.hidden = true;
  };

  /** Tab in the text. In a list it indents the line. */
  readonly #focusByTab = (event: KeyboardEvent) => {
    if (event.key !== 'Tab' || event.shiftKey || this.#element.hidden) return;
    if (isListKind(kindOf(this.#view.state.selection.$head.parent.attrs))) return;
    event.preventDefault();
    this.#address.focus();
  };

  readonly #returnFocus = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    this.#view.focus();
  };
}

/** The address without scheme and `www`, at most 40 characters long. */
function shortAddress(href: string): string {
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
  // Keep the caret in the link when the mouse presses the button.
  element.addEventListener('mousedown', (event) => event.preventDefault());
  element.addEventListener('click', press);
  return element;
}
