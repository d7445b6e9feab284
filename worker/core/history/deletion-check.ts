import { historyLimits } from '../../../protocol/limits.ts';
import type { ClockRange } from '../update/clock-ranges.ts';
import type { LogState, UpdateContents } from '../update/log-state.ts';

/** How often one check measures the whole log state, which takes time in its deleted ranges. */
const maxMeasurements = 256;

/**
 * Finds the updates that delete more than half of a document. It counts clocks that are not deleted, of
 * which a character is one, so that it needs no `Y.Doc`.
 */
export class DeletionCheck {
  readonly #state: LogState;
  /** There are at least so many clocks that are not deleted. */
  #least = 0;
  #measurements = 0;

  /** Changes `state`. */
  constructor(state: LogState) {
    this.#state = state;
  }

  /** Adds an update. Returns whether it deletes more than half of what was there. */
  add(read: (state: LogState) => UpdateContents): boolean {
    const state = this.#state;
    const contents = read(state);
    const deletes = deletesOf(contents, state);
    const named = lengthOf(deletes);
    if (named < historyLimits.deletedCharacters || named * 2 <= this.#least) {
      state.add(contents);
      this.#least = Math.max(0, this.#least - named);
      return false;
    }
    if (++this.#measurements > maxMeasurements) return false;
    const before = state.liveClocks;
    state.add({ structs: new Map(), deletes, keyed: new Map() });
    this.#least = state.liveClocks;
    state.add(contents);
    // The update may name what was deleted before.
    const deleted = before - this.#least;
    return deleted >= historyLimits.deletedCharacters && deleted * 2 > before;
  }
}

/** What an update deletes of what was there before it. */
function deletesOf({ deletes }: UpdateContents, state: LogState): Map<number, ClockRange[]> {
  const found = new Map<number, ClockRange[]>();
  for (const [client, ranges] of deletes) {
    const end = state.clockOf(client);
    const before = ranges.filter(({ clock }) => clock < end)
      .map(({ clock, length }) => ({ clock, length: Math.min(length, end - clock) }));
    if (before.length > 0) found.set(client, before);
  }
  return found;
}

function lengthOf(deletes: ReadonlyMap<number, readonly ClockRange[]>): number {
  let sum = 0;
  for (const ranges of deletes.values()) for (const { length } of ranges) sum += length;
  return sum;
}
