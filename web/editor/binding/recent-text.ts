/** In milliseconds. */
const recentTime = 2_000;

interface Mark {
  readonly time: number;
  readonly clock: number;
  readonly next: number;
}

/** Remembers from which clock on the text of each client was written in the last two to four seconds. */
export class RecentText {
  readonly #marks = new Map<number, Mark>();

  /** Call it before or after each edit of a client, with its clock before the edit. */
  mark(client: number, clock: number): void {
    const now = performance.now();
    const last = this.#marks.get(client);
    const age = last ? now - last.time : Infinity;
    if (last && age < recentTime) return;
    const isPause = age > 2 * recentTime;
    this.#marks.set(client, {
      time: now,
      clock: isPause || !last ? clock : last.next,
      next: clock,
    });
  }

  /** Call it instead at an edit that others cannot see yet: text stays recent until they can. */
  keep(client: number, clock: number): void {
    const first = this.#marks.get(client)?.clock ?? clock;
    this.#marks.set(client, { time: performance.now(), clock: first, next: first });
  }

  /** The first clock of the client's text that was recent at its last edit. */
  since(client: number): number {
    return this.#marks.get(client)?.clock ?? 0;
  }

  /** Whether text with this clock is recent. */
  has(client: number, clock: number): boolean {
    const mark = this.#marks.get(client);
    return mark !== undefined && clock >= mark.clock &&
      performance.now() - mark.time < 2 * recentTime;
  }
}
