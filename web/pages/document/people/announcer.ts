/** So long something must hold before it is spoken, in milliseconds. */
const delay = 1200;

/**
 * The one voice of the page for what happens by itself: the state of the connection, who comes and
 * goes. Never for what anybody types. It speaks late and only the last word of each subject, so that
 * a screen reader is not cut off by news that are old already.
 */
export class Announcer {
  readonly #element: HTMLElement;
  readonly #pending = new Map<string, string>();
  readonly #spoken = new Map<string, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** The element is a live region: `role="status"`. */
  constructor(element: HTMLElement) {
    this.#element = element;
  }

  /** Replaces what was about to be said of the same subject. What was said last is not repeated. */
  say(subject: string, text: string): void {
    if (text === this.#spoken.get(subject)) this.#pending.delete(subject);
    else this.#pending.set(subject, text);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#speak(), delay);
  }

  #speak(): void {
    if (this.#pending.size === 0) return;
    const text = [...this.#pending.values()].join('. ');
    for (const [subject, words] of this.#pending) this.#spoken.set(subject, words);
    this.#pending.clear();
    this.#element.textContent = text;
  }
}
