/** A share of a budget. `release` may be called more than once. */
export interface BudgetShare {
  /** Takes more bytes. False, and takes nothing, if the budget is spent. */
  take(bytes: number): boolean;
  release(): void;
}

interface ByteBudgetOptions {
  readonly maxBytes: number;
  readonly maxBytesPerClient: number;
  /** Bytes of one share that count only toward `maxBytes`, so that small ones go on beside large ones. */
  readonly freeBytes: number;
}

/**
 * Limits the memory that requests hold at one time, in all and per client. A share of a client is
 * never limited by `maxBytesPerClient` while it is the client's only one.
 */
export class ByteBudget {
  readonly maxBytes: number;
  readonly #maxBytesPerClient: number;
  readonly #freeBytes: number;
  readonly #perClient = new Map<string, number>();
  #used = 0;

  constructor({ maxBytes, maxBytesPerClient, freeBytes }: ByteBudgetOptions) {
    this.maxBytes = maxBytes;
    this.#maxBytesPerClient = maxBytesPerClient;
    this.#freeBytes = freeBytes;
  }

  /** Bytes taken and not released. */
  get used(): number {
    return this.#used;
  }

  /** Whether little is left. */
  get isSpent(): boolean {
    return this.#used > 0.95 * this.maxBytes;
  }

  /** Opens an empty share; `client` is null where it is unknown. */
  open(client: string | null): BudgetShare {
    const key = client ?? '';
    let taken = 0;
    let counted = 0;
    return {
      take: (bytes) => {
        const toCount = Math.max(0, taken + bytes - this.#freeBytes) - counted;
        const others = (this.#perClient.get(key) ?? 0) - counted;
        const isOverClient = toCount > 0 && others > 0 &&
          others + counted + toCount > this.#maxBytesPerClient;
        if (isOverClient || this.#used + bytes > this.maxBytes) return false;
        taken += bytes;
        counted += toCount;
        this.#used += bytes;
        if (toCount > 0) this.#perClient.set(key, others + counted);
        return true;
      },
      release: () => {
        this.#used -= taken;
        const rest = (this.#perClient.get(key) ?? 0) - counted;
        if (rest > 0) this.#perClient.set(key, rest);
        else this.#perClient.delete(key);
        taken = counted = 0;
      },
    };
  }
}
