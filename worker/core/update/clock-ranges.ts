import type { ClockRange } from './delete-set.ts';

/** Numbers in one part, at most; and twice the ranges. Larger parts cost more to insert into. */
const partLength = 512;

/**
 * A set of clocks, kept as the fewest ranges. Adding a range takes the logarithm of their number,
 * and moves no more than one part of them: a long document holds tens of thousands.
 */
export class ClockRanges {
  /**
   * The bounds of all ranges in order: from, to, from, to. So a clock is in the set when an odd
   * number of bounds is not above it. Cut into parts, none empty, each of whole ranges.
   */
  readonly #parts: number[][] = [];

  /** Whether every clock from `from` to before `to` is in the set. */
  has(from: number, to: number): boolean {
    const part = this.#parts[this.#partOf(from)];
    if (part === undefined) return false;
    const at = countUpTo(part, from);
    return at % 2 === 1 && part[at]! >= to; // an even number of bounds: behind an odd one is another
  }

  add(from: number, to: number): void {
    const end = this.#parts.at(-1);
    if (end === undefined || from > end.at(-1)!) { // no part is empty
      if (end === undefined || end.length >= partLength) this.#parts.push([from, to]);
      else end.push(from, to);
      return;
    }
    const first = this.#partOf(from);
    const last = this.#partOf(to);
    const head = this.#parts[first]!; // there are parts, as said above
    const tail = this.#parts[last]!;
    // Bounds inside of the new range go; its own stay where they are not inside of an old one.
    // Ranges that touch are joined, so a bound equal to `from` or `to` goes too.
    const at = countUpTo(head, from - 1);
    const behind = countUpTo(tail, to);
    const bounds: number[] = [];
    if (at % 2 === 0) bounds.push(from);
    if (behind % 2 === 0) bounds.push(to);
    if (first === last) {
      head.splice(at, behind - at, ...bounds);
    } else {
      head.splice(at, Infinity, ...bounds, ...tail.slice(behind));
      this.#parts.splice(first + 1, last - first);
    }
    if (head.length > partLength) {
      this.#parts.splice(first + 1, 0, head.splice(2 * (head.length >>> 2)));
    }
  }

  /** Ranges, ascending and apart. */
  *[Symbol.iterator](): Generator<ClockRange> {
    for (const part of this.#parts) {
      for (let i = 0; i < part.length; i += 2) {
        yield { clock: part[i]!, length: part[i + 1]! - part[i]! }; // bounds come in pairs
      }
    }
  }

  /** How many ranges there are. */
  get size(): number {
    return this.#parts.reduce((sum, part) => sum + part.length / 2, 0);
  }

  /** The last part that begins at this clock or before it; else the first. */
  #partOf(clock: number): number {
    let low = 0;
    let high = this.#parts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.#parts[middle]![0]! <= clock) low = middle; // in bounds, and never empty
      else high = middle;
    }
    return low;
  }
}

/** How many of the sorted bounds are not above this clock. */
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
