import type { EditorView } from 'prosemirror-view';
import { createSearch, type Search, type SearchResult } from '../../../editor/search/search.ts';
import { findBarParts } from './find-bar-parts.ts';
import { scrollSelectionIntoView } from '../bar/visible-area.ts';

/** The bar to find and replace text. */
export class FindBar {
  readonly #view: EditorView;
  readonly #search: Search;
  readonly #parts = findBarParts();
  #stopFollowing: (() => void) | null = null;

  constructor(view: EditorView, host: HTMLElement) {
    this.#view = view;
    this.#search = createSearch(view);
    const { bar, text, replacement, matchCase, wholeWord, regularExpression } = this.#parts;
    const { previous, next, close, replace, replaceAll } = this.#parts;
    host.append(bar);
    text.addEventListener('input', () => this.#find());
    for (const option of [matchCase, wholeWord, regularExpression]) {
      option.addEventListener('click', () => {
        option.setAttribute('aria-pressed', String(!isPressed(option)));
        this.#find();
      });
    }
    previous.addEventListener('click', () => this.#step('previous'));
    next.addEventListener('click', () => this.#step('next'));
    close.addEventListener('click', () => this.close());
    replace.addEventListener('click', () => this.#replace());
    replaceAll.addEventListener('click', () => this.#replaceAll());
    bar.addEventListener('keydown', (event) => {
      // During a composition these keys belong to the input method.
      if (event.isComposing) return;
      if (event.key === 'Escape') this.close();
      else if (event.key === 'Enter' && event.target === text) {
        this.#step(event.shiftKey ? 'previous' : 'next');
      } else if (event.key === 'Enter' && event.target === replacement) this.#replace();
      else return;
      event.preventDefault();
    });
  }

  /** Opens the bar with the selected text, or with the last search. */
  open(mode: 'find' | 'replace'): void {
    const { bar, text, replaceRow } = this.#parts;
    const view = this.#view;
    replaceRow.hidden = mode === 'find' || !view.editable;
    const { from, to, empty } = view.state.selection;
    if (!empty && (bar.hidden || view.hasFocus())) {
      const selected = view.state.doc.textBetween(from, to, '\n', '\n');
      if (selected.length <= 200 && !selected.includes('\n')) text.value = selected;
    }
    bar.hidden = false;
    this.#stopFollowing ??= this.#search.onChange((result) => this.#show(result));
    text.focus();
    text.select();
    this.#find();
  }

  /** Closes the bar and focuses the text. The current match stays selected. */
  close(): void {
    this.#parts.bar.hidden = true;
    this.#stopFollowing?.();
    this.#stopFollowing = null;
    this.#search.close();
    if (!this.#view.isDestroyed) this.#view.focus();
  }

  #find(): void {
    const { text, count, matchCase, wholeWord, regularExpression } = this.#parts;
    try {
      this.#goTo(this.#search.open({
        text: text.value,
        caseSensitive: isPressed(matchCase),
        wholeWord: isPressed(wholeWord),
        regularExpression: isPressed(regularExpression),
      }));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.#search.close();
      count.textContent = 'Invalid pattern';
      count.title = error.message;
      text.toggleAttribute('data-missing', true);
    }
  }

  #step(direction: 'next' | 'previous'): void {
    this.#goTo(direction === 'next' ? this.#search.next() : this.#search.previous());
  }

  #replace(): void {
    this.#goTo(this.#search.replace(this.#parts.replacement.value));
  }

  /** Shows the result and scrolls to its match. */
  #goTo(result: SearchResult): void {
    this.#show(result);
    if (result.current > 0) scrollSelectionIntoView(this.#view);
  }

  #replaceAll(): void {
    const replaced = this.#search.replaceAll(this.#parts.replacement.value);
    this.#parts.count.textContent = `${replaced} replaced`;
  }

  #show({ count: total, current, isPartial }: SearchResult): void {
    const { text, count } = this.#parts;
    const found = isPartial ? `${total}+` : String(total);
    count.title = isPartial ? 'This pattern takes too long. There may be more matches.' : '';
    if (text.value === '') count.textContent = '';
    else if (total === 0) count.textContent = isPartial ? 'Too complex' : 'No results';
    else count.textContent = current === 0 ? `${found} found` : `${current} of ${found}`;
    text.toggleAttribute('data-missing', text.value !== '' && total === 0);
  }
}

function isPressed(option: HTMLButtonElement): boolean {
  return option.getAttribute('aria-pressed') === 'true';
}
