/**
 * Makes a row of buttons one tab stop. Arrow keys, Home and End move between the buttons (ARIA
 * Authoring Practices: roving tabindex).
 */
export class RovingFocus {
  readonly #element: HTMLElement;
  readonly #buttons: readonly HTMLElement[];
  #current = 0;

  constructor(element: HTMLElement, buttons: readonly HTMLElement[]) {
    this.#element = element;
    this.#buttons = buttons;
    this.#setCurrent(0);
    element.addEventListener('keydown', this.#move);
    element.addEventListener('focusin', this.#onFocusIn);
  }

  /** Focuses the last focused button. */
  focus(): void {
    this.#buttons[this.#current]?.focus();
  }

  destroy(): void {
    this.#element.removeEventListener('keydown', this.#move);
    this.#element.removeEventListener('focusin', this.#onFocusIn);
  }

  #setCurrent(index: number): void {
    this.#current = index;
    this.#buttons.forEach((button, i) => button.tabIndex = i === index ? 0 : -1);
  }

  readonly #move = (event: KeyboardEvent) => {
    const last = this.#buttons.length - 1;
    const isRightToLeft = getComputedStyle(this.#element).direction === 'rtl';
    const forward = isRightToLeft ? 'ArrowLeft' : 'ArrowRight';
    const backward = isRightToLeft ? 'ArrowRight' : 'ArrowLeft';
    const next = {
      [forward]: this.#current === last ? 0 : this.#current + 1,
      [backward]: this.#current === 0 ? last : this.#current - 1,
      Home: 0,
      End: last,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.#setCurrent(next);
    this.focus();
  };

  readonly #onFocusIn = (event: FocusEvent) => {
    const index = this.#buttons.findIndex((button) => button === event.target);
    if (index >= 0) this.#setCurrent(index);
  };
}
