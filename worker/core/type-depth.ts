import { CloseCode } from '../../protocol/close-codes.ts';
import { limits } from '../../protocol/limits.ts';
import type { KnownState } from './known-state.ts';
import { Refusal } from './refusal.ts';
import { nobody, UpdateReader } from './update-reader.ts';

/**
 * Throws a Refusal when an update puts types into types deeper than `limits.typeDepth`: Yjs and
 * every reader walk down them by recursion. What is known counts as the top, so this bounds one
 * update, not a document that someone deepens level by level.
 *
 * For updates whose items refer only to what is known or in the update, in no circle.
 */
export function checkTypeDepth(update: Uint8Array, known: KnownState): void {
  const owners = new Owners(update, known);
  /** How many types each struct lies in, plus one; 0 while that is unknown. */
  const depths = new Uint8Array(owners.length);
  const path: number[] = [];
  for (let first = 0; first < depths.length; first++) {
    let struct = first;
    while (struct !== nobody && depths[struct] === 0) {
      path.push(struct);
      struct = owners.of(struct);
    }
    let depth = struct === nobody ? 0 : depths[struct]! - 1; // in bounds, as is all below
    for (let below = path.pop(); below !== undefined; below = path.pop()) {
      if (owners.isParent(below)) depth++;
      if (depth > limits.typeDepth) {
        throw new Refusal(CloseCode.forbiddenContent, 'Types are nested too deeply in one update');
      }
      depths[below] = depth + 1;
    }
  }
}

/** For each struct of an update the item that says where it lies: a neighbour, or the parent. */
class Owners {
  /** Parallel arrays: of the struct, its clock; of its owner, client and clock, and if it is the parent. */
  readonly #clocks: number[] = [];
  readonly #clients: number[] = [];
  readonly #ownerClocks: number[] = [];
  readonly #parents: boolean[] = [];
  /** Where each client's structs begin in the arrays, and where they end. */
  readonly #blocks = new Map<number, { first: number; end: number }>();

  constructor(update: Uint8Array, known: KnownState) {
    const reader = new UpdateReader(update);
    while (reader.nextClient()) {
      const first = this.length;
      while (reader.nextStruct()) this.#add(reader, known);
      this.#blocks.set(reader.client, { first, end: this.length });
    }
  }

  get length(): number {
    return this.#clocks.length;
  }

  isParent(struct: number): boolean {
    return this.#parents[struct]!;
  }

  /** The owner as a place in the arrays, or `nobody` when it is a root or known from before. */
  of(struct: number): number {
    const client = this.#clients[struct]!;
    if (client === nobody) return nobody;
    const clock = this.#ownerClocks[struct]!;
    const block = this.#blocks.get(client)!; // not known from before, so in the update
    let { first, end } = block;
    while (end - first > 1) {
      const middle = (first + end) >>> 1;
      if (this.#clocks[middle]! <= clock) first = middle;
      else end = middle;
    }
    return first;
  }

  #add(reader: UpdateReader, known: KnownState): void {
    let [client, clock, isParent] = [reader.originClient, reader.originClock, false];
    if (client === nobody) [client, clock] = [reader.rightOriginClient, reader.rightOriginClock];
    if (client === nobody) {
      [client, clock] = [reader.parentClient, reader.parentClock];
      isParent = client !== nobody;
    }
    if (client !== nobody && clock < known.clockOf(client)) client = nobody;
    this.#clocks.push(reader.clock);
    this.#clients.push(client);
    this.#ownerClocks.push(clock);
    this.#parents.push(isParent);
  }
}
