import type { ClientBlock } from './causal-order.ts';
import { type ClockRange, noRanges, type RangesByClient } from './clock-ranges.ts';
import type { LogState } from './log-state.ts';
import { noClient, type UpdateReader } from './update-reader.ts';

/**
 * Where an item is: under a key or in a list, and inside how many types. One number, to keep the
 * arrays of a large update small: twice the depth, plus one under a key.
 */
export type ItemLocation = number;

/** Whether the item is the value of a key, of a map or of an element's attributes. */
export function isKeyed(location: ItemLocation): boolean {
  return location % 2 === 1;
}

/** How many types of the same update the item is inside. */
export function depthOf(location: ItemLocation): number {
  return location >>> 1;
}

/**
 * The locations of the items of one update. Few items name their parent and key; the others have the
 * location of their origin.
 */
export class ItemLocations {
  readonly #state: LogState;
  /** Null while every item is at location 0, as almost always while people type. */
  #runsByClient: Map<number, LocationRuns> | null = null;

  constructor(state: LogState) {
    this.#state = state;
  }

  /** Adds a struct and returns its location. Add its dependencies first. */
  add(struct: UpdateReader): ItemLocation {
    const location = this.#locate(struct);
    const runs = this.#runsByClient?.get(struct.client);
    // Most items are in a list of the log, location 0, and need no entry.
    if (location !== (runs?.locations.at(-1) ?? 0)) {
      if (runs === undefined) {
        this.#runsByClient ??= new Map();
        this.#runsByClient.set(struct.client, { clocks: [struct.clock], locations: [location] });
      } else {
        runs.clocks.push(struct.clock);
        runs.locations.push(location);
      }
    }
    return location;
  }

  get(client: number, clock: number): ItemLocation {
    // For items in the log, trust the log and not the update.
    if (clock < this.#state.clockOf(client)) return this.#state.isKeyed(client, clock) ? 1 : 0;
    const runs = this.#runsByClient?.get(client);
    if (runs === undefined) return 0;
    let low = 0;
    let high = runs.clocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (runs.clocks[middle]! <= clock) low = middle + 1; // in bounds
      else high = middle;
    }
    return runs.locations[low - 1] ?? 0;
  }

  /** The clocks of all items under a key, ascending and disjoint. */
  keyedRanges(blocks: ReadonlyMap<number, ClientBlock>): RangesByClient {
    if (this.#runsByClient === null) return noRanges;
    const keyed = new Map<number, ClockRange[]>();
    for (const [client, { clocks, locations }] of this.#runsByClient) {
      const ranges: ClockRange[] = [];
      for (const [i, clock] of clocks.entries()) {
        const end = clocks[i + 1] ?? blocks.get(client)!.to; // only clients with a block have runs
        if (isKeyed(locations[i]!)) ranges.push({ clock, length: end - clock }); // as long as clocks
      }
      if (ranges.length > 0) keyed.set(client, ranges);
    }
    return keyed;
  }

  #locate(struct: UpdateReader): ItemLocation {
    const { originClient, originClock, rightOriginClient, rightOriginClock } = struct;
    if (originClient !== noClient) return this.get(originClient, originClock);
    if (rightOriginClient !== noClient) return this.get(rightOriginClient, rightOriginClock);
    const key = struct.hasKey ? 1 : 0;
    if (struct.parentClient === noClient) return key;
    return 2 * (depthOf(this.get(struct.parentClient, struct.parentClock)) + 1) + key;
  }
}

/** Parallel arrays: the items from a clock up to the next one have this location. */
interface LocationRuns {
  readonly clocks: number[];
  readonly locations: ItemLocation[];
}
