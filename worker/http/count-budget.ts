/** Limits how many of something clients have at one time, in all and per client. */
export class CountBudget {
  readonly limit: number;
  readonly #limitPerClient: number;
  readonly #perClient = new Map<string, number>();
  #used = 0;

  constructor(limit: number, limitPerClient: number) {
    this.limit = limit;
    this.#limitPerClient = limitPerClient;
  }

  get used(): number {
    return this.#used;
  }

  /**
   * Takes one, and returns the function that releases it, which may be called more than once. Null if
   * there are too many. A client of null counts only toward the total.
   */
  take(client: string | null): (() => void) | null {
    const count = client === null ? 0 : this.#perClient.get(client) ?? 0;
    if (this.#used >= this.limit || count >= this.#limitPerClient) return null;
    this.#used += 1;
    if (client !== null) this.#perClient.set(client, count + 1);
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.#used -= 1;
      if (client !== null) this.#release(client);
    };
  }

  #release(client: string): void {
    const left = (this.#perClient.get(client) ?? 0) - 1;
    if (left > 0) this.#perClient.set(client, left);
    else this.#perClient.delete(client);
  }
}
