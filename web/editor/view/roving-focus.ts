/** One tab stop for a row of buttons: the arrows, Home and End move between them. */
export class RovingFocus {
  readonly #element: HTMLElement;
  readonly #buttons: readonly HTMLElement[];
  #current = 0;

  constructor(element: HTMLElement, buttons: readonly HTMLElement[]) {
    this.#element = element;
    this.#buttons = buttons;
    this.#setCurrent(0);
    element.addEventListener('keydown', this.#move);
    element.addEventListener('focusin', this.#follow);
  }

  /** Focuses the button that had the focus last. */
  enter(): void {
    this.#buttons[this.#current]?.focus();
  }

  destroy(): void {
    this.#element.removeEventListener('keydown', this.#move);
    this.#element.removeEventListener('focusin', this.#follow);
  }

  #setCurrent(index: number): void {
    this.#current = index;
    this.#buttons.forEach((button, at) => button.tabIndex = at === index ? 0 : -1);
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
    this.enter();
  };

  readonly #follow = (event: FocusEvent) => {
    const index = this.#buttons.findIndex((button) => button === event.target);
    if (index >= 0) this.#setCurrent(index);
  };
}
