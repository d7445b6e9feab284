/** Clocks of one client, from `clock` to before `clock + length`. */
export interface ClockRange {
  readonly clock: number;
  readonly length: number;
}

/** By client id. The ranges of a client ascend and are disjoint. */
export type RangesByClient = ReadonlyMap<number, readonly ClockRange[]>;

export const noRanges: RangesByClient = new Map();

/** Maximum count of bounds in a chunk, except right after a merge. Inserting costs its length. */
const chunkLength = 512;

/**
 * A set of clocks, stored as the fewest ranges. Adding a range takes O(log n) and moves at most one
 * chunk: a long document has tens of thousands of ranges.
 */
export class ClockRanges {
  /**
   * The bounds of all ranges in ascending order: from, to, from, to. A clock is in the set when an
   * odd count of bounds is at or below it. Each chunk holds whole ranges and is not empty.
   */
  readonly #chunks: number[][] = [];

  /** Whether the set contains every clock from `from` to before `to`. */
  has(from: number, to: number): boolean {
    const chunk = this.#chunks[this.#chunkIndexOf(from)];
    if (chunk === undefined) return false;
    const at = countUpTo(chunk, from);
    return at % 2 === 1 && chunk[at]! >= to; // a chunk has an even length: after an odd bound is another
  }

  add(from: number, to: number): void {
    const end = this.#chunks.at(-1);
    if (end === undefined || from > end.at(-1)!) { // no chunk is empty
      if (end === undefined || end.length >= chunkLength) this.#chunks.push([from, to]);
      else end.push(from, to);
      return;
    }
    const first = this.#chunkIndexOf(from);
    const last = this.#chunkIndexOf(to);
    const head = this.#chunks[first]!; // there is at least one chunk here
    const tail = this.#chunks[last]!;
    // Removes the bounds inside the new range. Its own bounds are added unless they are inside an old
    // range. Adjacent ranges merge, so a bound equal to `from` or `to` is removed too.
    const at = countUpTo(head, from - 1);
    const after = countUpTo(tail, to);
    const bounds: number[] = [];
    if (at % 2 === 0) bounds.push(from);
    if (after % 2 === 0) bounds.push(to);
    if (first === last) {
      head.splice(at, after - at, ...bounds);
    } else {
      head.splice(at, Infinity, ...bounds, ...tail.slice(after));
      this.#chunks.splice(first + 1, last - first);
    }
    if (head.length > chunkLength) {
      this.#chunks.splice(first + 1, 0, head.splice(2 * (head.length >>> 2)));
    }
  }

  /** Yields the ranges in ascending order, disjoint and not adjacent. */
  *[Symbol.iterator](): Generator<ClockRange> {
    for (const chunk of this.#chunks) {
      for (let i = 0; i < chunk.length; i += 2) {
        yield { clock: chunk[i]!, length: chunk[i + 1]! - chunk[i]! }; // bounds come in pairs
      }
    }
  }

  /** Count of ranges. */
  get size(): number {
    return this.#chunks.reduce((sum, chunk) => sum + chunk.length / 2, 0);
  }

  /** Index of the last chunk that starts at or before this clock, or 0. */
  #chunkIndexOf(clock: number): number {
    let low = 0;
    let high = this.#chunks.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.#chunks[middle]![0]! <= clock) low = middle; // in bounds, and never empty
      else high = middle;
    }
    return low;
  }
}

/** Whether one of these ascending, disjoint ranges contains this range completely. */
export function containsRange(
  ranges: readonly ClockRange[],
  clock: number,
  length: number,
): boolean {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const range = ranges[middle]!; // in bounds
    if (range.clock + range.length >= clock + length) high = middle;
    else low = middle + 1;
  }
  const range = ranges[low];
  return range !== undefined && range.clock <= clock;
}

/** Count of the sorted bounds at or below this clock. */
function countUpTo(bounds: readonly number[], clock: number): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (bounds[middle]! <= clock) low = middle + 1;
    else high = middle;
  }
  return low;
}
