import type { Editor } from '../../../editor/editor.ts';
import { goToHeading } from '../../../editor/commands/go-to-heading.ts';
import { type OutlineEntry, outlineOf } from '../../../editor/model/outline.ts';
import { readStored, store } from '../../../platform/local-storage.ts';
import { openDialog } from '../dialog/dialog.ts';
import { covered } from './scroll-into-view.ts';

/** How long the text must rest before the outline is drawn anew, in milliseconds. */
const rest = 200;
const key = 'edgepad:outline';
/** From here on there is room for it beside the text; `beside.css` says the same. */
const wide = matchMedia('(min-width: 76rem)');

/** The headings beside the text, or in a dialog where there is no room. */
export class Outline {
  readonly #editor: Editor;
  readonly #rail: HTMLElement;
  #entries: OutlineEntry[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #frame: number | null = null;
  #isWanted = readStored(key) !== 'hidden';

  constructor(editor: Editor, rail: HTMLElement) {
    this.#editor = editor;
    this.#rail = rail;
    editor.onChange(() => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#draw(), rest);
    });
    addEventListener('scroll', () => this.#markCurrent(), { passive: true });
    document.addEventListener('selectionchange', () => this.#markCurrent());
    wide.addEventListener('change', () => this.#draw());
    this.#draw();
  }

  /** Hides the outline that stands beside the text, and shows it again; elsewhere opens it. */
  toggle(): void {
    // One heading is no outline: then the dialog says how there will be one.
    if (!wide.matches || outlineOf(this.#editor.view.state.doc).length < 2) {
      this.#openDialog();
      return;
    }
    this.#isWanted = !this.#isWanted;
    store(key, this.#isWanted ? 'shown' : 'hidden');
    this.#draw();
    if (this.#isWanted) this.#rail.querySelector<HTMLElement>('.outline-list button')?.focus();
    else this.#editor.view.focus();
  }

  #draw(): void {
    if (this.#editor.view.isDestroyed) {
      this.#rail.hidden = true;
      return;
    }
    this.#entries = outlineOf(this.#editor.view.state.doc);
    this.#rail.hidden = !this.#isWanted || !wide.matches || this.#entries.length < 2;
    if (this.#rail.hidden) return;
    // Who is within keeps the place, when somebody else writes a heading.
    const focused = [...this.#rail.querySelectorAll('button')].findIndex((button) =>
      button === document.activeElement
    );
    this.#rail.replaceChildren(this.#head(), this.#list(() => {}));
    if (focused >= 0) this.#rail.querySelectorAll('button')[focused]?.focus();
    this.#markCurrent();
  }

  #head(): HTMLElement {
    const title = document.createElement('h2');
    title.textContent = 'Outline';
    const hide = document.createElement('button');
    hide.type = 'button';
    hide.className = 'tool';
    hide.textContent = '×';
    hide.title = 'Hide outline';
    hide.setAttribute('aria-label', 'Hide outline');
    hide.addEventListener('click', () => this.toggle());
    const head = document.createElement('div');
    head.className = 'outline-head';
    head.append(title, hide);
    return head;
  }

  #list(leave: () => void): HTMLElement {
    const list = document.createElement('ul');
    list.className = 'outline-list';
    // In a document that begins at level 2, that is the outermost.
    const outermost = Math.min(...this.#entries.map(({ level }) => level));
    list.append(...this.#entries.map((entry, index) => {
      const item = document.createElement('li');
      const button = document.createElement('button');
      button.type = 'button';
      button.dir = 'auto';
      button.dataset.level = String(entry.level - outermost);
      button.textContent = entry.text;
      button.addEventListener('click', () => {
        leave();
        this.#goTo(index);
      });
      item.append(button);
      return item;
    }));
    return list;
  }

  #openDialog(): void {
    this.#entries = outlineOf(this.#editor.view.state.doc);
    const { dialog, body } = openDialog('Outline', 'outline-dialog');
    if (this.#entries.length === 0) {
      const empty = document.createElement('p');
      empty.className = 'dialog-note';
      empty.textContent =
        'There are no headings yet. Type # and a space at the start of a line to ' +
        'make one: it will be listed here.';
      body.append(empty);
      return;
    }
    body.append(this.#list(() => dialog.close()));
    body.querySelector('button')?.focus();
  }

  #goTo(index: number): void {
    const { view } = this.#editor;
    // Read again: somebody may have written above it since the list was drawn.
    const entry = outlineOf(this.#editor.view.state.doc)[index];
    if (!entry) return;
    if (!matchMedia('(pointer: coarse)').matches) {
      goToHeading(this.#editor.view, entry);
      return;
    }
    // On a phone the focus would bring up the keyboard, over what was looked for.
    const line = view.nodeDOM(entry.position);
    if (line instanceof Element) line.scrollIntoView({ block: 'start' });
  }

  /** Marks where the caret is, or else under which heading the screen's first lines stand. */
  #markCurrent(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      const current = this.#current();
      this.#rail.querySelectorAll('.outline-list button').forEach((button, index) => {
        if (index === current) button.setAttribute('aria-current', 'true');
        else button.removeAttribute('aria-current');
      });
    });
  }

  #current(): number {
    const { view } = this.#editor;
    if (this.#rail.hidden || view.isDestroyed) return -1;
    const { top, bottom } = covered();
    if (view.hasFocus()) {
      const { from } = view.state.selection;
      const caret = view.coordsAtPos(from).top;
      if (caret > top && caret < innerHeight - bottom) {
        return this.#entries.findLastIndex(({ position }) => position < from);
      }
    }
    return this.#entries.findLastIndex(({ position }) => {
      const line = view.nodeDOM(position);
      return line instanceof Element && line.getBoundingClientRect().top <= top + 48;
    });
  }
}
