/** How long a message must stay current before it is spoken, in milliseconds. */
const delay = 1200;

/**
 * Announces to screen readers what happens without the user: connection status, people who join or
 * leave. Never what people type. Waits, and then speaks only the latest message of each subject.
 */
export class Announcer {
  readonly #element: HTMLElement;
  readonly #pending = new Map<string, string>();
  readonly #spoken = new Map<string, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `element` is a live region: `role="status"`. */
  constructor(element: HTMLElement) {
    this.#element = element;
  }

  /** Replaces the pending message of this subject. A message is not repeated. */
  announce(subject: string, text: string): void {
    if (text === this.#spoken.get(subject)) this.#pending.delete(subject);
    else this.#pending.set(subject, text);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#speak(), delay);
  }

  #speak(): void {
    if (this.#pending.size === 0) return;
    this.#element.textContent = [...this.#pending.values()].join('. ');
    for (const [subject, text] of this.#pending) this.#spoken.set(subject, text);
    this.#pending.clear();
  }
}
