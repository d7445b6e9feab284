/**
 * Updates that were sent and not yet answered; answers come in the same order. With it, whether the
 * service has everything local: only then may a page say "Saved".
 */
export class PendingUpdates {
  /** Of each, whether it carries all that was local when it was sent. */
  #sent: { readonly isWhole: boolean }[] = [];
  #changes = 0;

  /** How many local changes no acknowledgement covers. At least one while {@link isDirty}. */
  get changes(): number {
    return this.isDirty ? Math.max(1, this.#changes) : 0;
  }

  /** Whether there may be local changes that no acknowledgement covers. */
  isDirty: boolean;

  constructor(isDirty: boolean) {
    this.isDirty = isDirty;
  }

  get isEmpty(): boolean {
    return this.#sent.length === 0;
  }

  /** Whether something that carries all is under way. */
  get hasWhole(): boolean {
    return this.#sent.some(({ isWhole }) => isWhole);
  }

  changed(): void {
    this.isDirty = true;
    this.#changes++;
  }

  sent(isWhole: boolean): void {
    this.#sent.push({ isWhole });
  }

  /** The next `count` of them are stored. */
  stored(count: number): void {
    this.#sent.splice(0, count);
  }

  /** The next of them was not stored. */
  refused(): void {
    this.#sent.shift();
    this.isDirty = true;
  }

  /** Everything local is stored. */
  clear(): void {
    this.isDirty = false;
    this.#changes = 0;
  }

  /** The connection is gone, and with it all answers. */
  forget(): void {
    this.#sent = [];
  }
}
