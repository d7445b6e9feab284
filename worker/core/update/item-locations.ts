import type { Block } from './causal-order.ts';
import type { ClockRange } from './delete-set.ts';
import type { LogState } from './log-state.ts';
import { noClient, type UpdateReader } from './update-reader.ts';

/** In one number, twice the depth, and one more under a key. {@link isKeyed} and {@link depth}. */
export type ItemLocation = number;

/** Under a key, of a map or of an element's attributes. */
export function isKeyed(where: ItemLocation): boolean {
  return where % 2 === 1;
}

/** In how many types that the update itself brings. */
export function depth(where: ItemLocation): number {
  return where >>> 1;
}

/** Where the items of one update lie. An item seldom says so: it lies where its neighbour lies. */
export class ItemLocations {
  readonly #known: LogState;
  readonly #clients = new Map<number, Runs>();

  constructor(known: LogState) {
    this.#known = known;
  }

  /** Notes a struct, and tells where it lies. All it refers to must be known, or noted before. */
  add(struct: UpdateReader): ItemLocation {
    const where = this.#whereIs(struct);
    const runs = this.#clients.get(struct.client);
    // Most lie in lists known before, and leave no trace.
    if (where !== (runs?.where.at(-1) ?? 0)) {
      if (runs === undefined) {
        this.#clients.set(struct.client, { clocks: [struct.clock], where: [where] });
      } else {
        runs.clocks.push(struct.clock);
        runs.where.push(where);
      }
    }
    return where;
  }

  of(client: number, clock: number): ItemLocation {
    // Of what it knows the log is the witness, not the update.
    if (clock < this.#known.clockOf(client)) return this.#known.isKeyed(client, clock) ? 1 : 0;
    const runs = this.#clients.get(client);
    if (runs === undefined) return 0;
    let low = 0;
    let high = runs.clocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (runs.clocks[middle]! <= clock) low = middle + 1; // in bounds
      else high = middle;
    }
    return runs.where[low - 1] ?? 0;
  }

  /** All clocks under keys, ascending and apart. */
  keyed(blocks: ReadonlyMap<number, Block>): Map<number, ClockRange[]> {
    const keyed = new Map<number, ClockRange[]>();
    for (const [client, { clocks, where }] of this.#clients) {
      const ranges: ClockRange[] = [];
      for (const [i, clock] of clocks.entries()) {
        const end = clocks[i + 1] ?? blocks.get(client)!.to; // whoever has runs has a block
        if (isKeyed(where[i]!)) ranges.push({ clock, length: end - clock }); // parallel to clocks
      }
      if (ranges.length > 0) keyed.set(client, ranges);
    }
    return keyed;
  }

  #whereIs(struct: UpdateReader): ItemLocation {
    if (struct.originClient !== noClient) return this.of(struct.originClient, struct.originClock);
    if (struct.rightOriginClient !== noClient) {
      return this.of(struct.rightOriginClient, struct.rightOriginClock);
    }
    const key = struct.hasKey ? 1 : 0;
    if (struct.parentClient === noClient) return key;
    return 2 * (depth(this.of(struct.parentClient, struct.parentClock)) + 1) + key;
  }
}

/** Parallel arrays: from this clock on, up to the next, this is where the items lie. */
interface Runs {
  readonly clocks: number[];
  readonly where: ItemLocation[];
}
