/** Approximate memory that a message takes beside its bytes while it is held, in bytes. */
export const messageOverhead = 256;

/** Counts bytes held in memory, for one session and for the room as a whole. */
export class ByteCount {
  readonly #total: ByteCount | null;
  #bytes = 0;

  /** `total` counts the same bytes together with those of others. */
  constructor(total: ByteCount | null = null) {
    this.#total = total;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
    this.#total?.add(bytes);
  }

  clear(): void {
    this.add(-this.#bytes);
  }
}
