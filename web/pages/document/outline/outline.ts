import type { Editor } from '../../../editor/editor.ts';
import { goToHeading } from '../../../editor/commands/go-to-heading.ts';
import { type OutlineEntry, outlineOf } from '../../../editor/model/outline.ts';
import { readStored, store } from '../../../platform/local-storage.ts';
import { openDialog } from '../../shared/dialog/dialog.ts';
import { coveredArea } from '../bar/visible-area.ts';

/** How long the text must be unchanged before the outline is updated, in milliseconds. */
const updateDelay = 200;
const key = 'edgepad:outline';
/** Where there is room beside the text. outline.css has the same width. */
const wide = matchMedia('(min-width: 76rem)');

/** The headings, beside the text or, where there is no room, in a dialog. */
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
      this.#timer = setTimeout(() => this.#draw(), updateDelay);
    });
    addEventListener('scroll', () => this.#markCurrent(), { passive: true });
    document.addEventListener('selectionchange', () => this.#markCurrent());
    wide.addEventListener('change', () => this.#draw());
    this.#draw();
  }

  /** Shows or hides the outline beside the text. Opens the dialog where that has no room. */
  toggle(): void {
    // With fewer than two headings there is no outline; the dialog explains how to add headings.
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
    // Keeps the focus in place when another client adds a heading.
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

  #list(onLeave: () => void): HTMLElement {
    const outer = createList();
    outer.className = 'outline-list';
    // A document may use no level 1: its highest level is not indented.
    const outermost = Math.min(...this.#entries.map(({ level }) => level));
    const open = [{ level: outermost, list: outer }];
    for (const [index, entry] of this.#entries.entries()) {
      while (open.length > 1 && (open.at(-1)?.level ?? 0) > entry.level) open.pop();
      let list = open.at(-1)?.list ?? outer;
      const above = list.lastElementChild;
      if (above && (open.at(-1)?.level ?? 0) < entry.level) {
        list = createList();
        above.append(list);
        open.push({ level: entry.level, list });
      }
      const item = document.createElement('li');
      const button = document.createElement('button');
      button.type = 'button';
      button.dir = 'auto';
      button.dataset.level = String(entry.level - outermost);
      button.textContent = entry.text;
      button.addEventListener('click', () => {
        onLeave();
        this.#goTo(index);
      });
      item.append(button);
      list.append(item);
    }
    return outer;
  }

  #openDialog(): void {
    this.#entries = outlineOf(this.#editor.view.state.doc);
    const { dialog, body } = openDialog('Outline', 'outline-dialog');
    if (this.#entries.length === 0) {
      const empty = document.createElement('p');
      empty.className = 'dialog-note';
      empty.textContent = 'No headings yet. To add one, type # and a space at the start of a line.';
      body.append(empty);
      return;
    }
    body.append(this.#list(() => dialog.close()));
    body.querySelector('button')?.focus();
  }

  #goTo(index: number): void {
    const { view } = this.#editor;
    // Read again: the positions may have changed since the list was drawn.
    const entry = outlineOf(view.state.doc)[index];
    if (entry) goToHeading(view, entry);
  }

  /** Marks the heading above the caret, or above the first visible line when the caret is elsewhere. */
  #markCurrent(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      const current = this.#current();
      this.#rail.querySelectorAll('.outline-list button').forEach((button, index) => {
        if (index === current) this.#showCurrent(button);
        else button.removeAttribute('aria-current');
      });
    });
  }

  /** Marks an entry, and scrolls the rail to it when it becomes the current one. */
  #showCurrent(button: Element): void {
    if (button.hasAttribute('aria-current')) return;
    button.setAttribute('aria-current', 'true');
    const { top, bottom } = this.#rail.getBoundingClientRect();
    const entry = button.getBoundingClientRect();
    // Not `scrollIntoView`, which may scroll the page as well.
    if (entry.top < top) this.#rail.scrollTop -= top - entry.top;
    else if (entry.bottom > bottom) this.#rail.scrollTop += entry.bottom - bottom;
  }

  #current(): number {
    const { view } = this.#editor;
    if (this.#rail.hidden || view.isDestroyed) return -1;
    const { top, bottom } = coveredArea();
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

/** A list that stays one for VoiceOver, although it shows no markers. */
function createList(): HTMLElement {
  const list = document.createElement('ul');
  list.setAttribute('role', 'list');
  return list;
}
