import { createEncoder, type Encoder, toUint8Array, writeVarUint } from 'lib0/encoding';
import { limits } from '../../../protocol/limits.ts';
import { ByteReader } from './byte-reader.ts';
import { ClockRanges, type RangesByClient } from './clock-ranges.ts';
import { inYjsOrder, readDeleteSet, writeDeleteSet } from './delete-set.ts';

/**
 * What one update adds to a log. Per client: the clocks of its structs, from `from` to before `to`;
 * the clocks it deletes; and the clocks of its items under a key, of a map or of attributes. Ranges
 * ascend and are disjoint.
 *
 * `deletes` lacks deletions that follow from another change. Text typed into a paragraph that another
 * client deletes concurrently is deleted by Yjs without an update that names it. The next update that
 * encodes a whole document names such ranges.
 */
export interface UpdateContents {
  readonly structs: ReadonlyMap<number, { readonly from: number; readonly to: number }>;
  readonly deletes: RangesByClient;
  readonly keyed: RangesByClient;
}

/**
 * What a log contains, without a document: state vector, delete set, and which items have a key.
 * Exact for structs. It contains only the deletions that updates name, see {@link UpdateContents}.
 */
export class LogState {
  readonly #clocks = new Map<number, number>();
  readonly #deletes: StoredRanges = new Map();
  readonly #keyed: StoredRanges = new Map();
  /** The encoded state vector; null when it has changed since. */
  #stateVector: Uint8Array | null = null;

  /** Reverses {@link encode}. Throws a SyntaxError for other bytes. */
  static decode(bytes: Uint8Array): LogState {
    const reader = new ByteReader(bytes);
    const deletes = readDeleteSet(reader);
    const structs = new Map<number, { from: number; to: number }>();
    for (let left = reader.count(2); left > 0; left--) {
      const client = reader.varUint();
      const to = reader.varUint();
      if (structs.has(client) || to === 0 || to > limits.clock) {
        throw new SyntaxError('Cannot read log state: invalid state vector');
      }
      structs.set(client, { from: 0, to });
    }
    const keyed = readDeleteSet(reader);
    reader.expectEnd();
    const state = new LogState();
    state.add({ structs, deletes, keyed });
    return state;
  }

  /** The clock at which the next struct of this client must start. 0 for an unknown client. */
  clockOf(client: number): number {
    return this.#clocks.get(client) ?? 0;
  }

  /** Count of clocks that no known deletion names. Takes time in the deleted ranges. */
  get liveClocks(): number {
    let count = 0;
    for (const clock of this.#clocks.values()) count += clock;
    for (const ranges of this.#deletes.values()) for (const { length } of ranges) count -= length;
    return count;
  }

  /** Whether this item is the value of a key, of a map or of attributes, and not in a list. */
  isKeyed(client: number, clock: number): boolean {
    return this.#keyed.get(client)?.has(clock, clock + 1) ?? false;
  }

  /** The state vector. */
  clocks(): MapIterator<[client: number, clock: number]> {
    return this.#clocks.entries();
  }

  /** Adds an update that is complete over this state. Call it once the update is stored. */
  add({ structs, deletes, keyed }: UpdateContents): void {
    if (structs.size > 0) this.#stateVector = null;
    for (const [client, { to }] of structs) {
      if (to > this.clockOf(client)) this.#clocks.set(client, to);
    }
    addRanges(this.#deletes, deletes);
    addRanges(this.#keyed, keyed);
  }

  /**
   * Whether the log contains the whole update, its deletions included. A reconnecting client sends
   * all deletions of the document again, and usually nothing else.
   */
  has({ structs, deletes }: UpdateContents): boolean {
    for (const [client, { to }] of structs) {
      if (to > this.clockOf(client)) return false;
    }
    for (const [client, ranges] of deletes) {
      const known = this.#deletes.get(client);
      if (known === undefined) return false;
      for (const { clock, length } of ranges) {
        if (!known.has(clock, clock + length)) return false;
      }
    }
    return true;
  }

  /**
   * Encodes as `Y.encodeSnapshot` does, followed by the keyed clocks in the form of a delete set.
   * `Y.decodeSnapshot` reads the first part and ignores the rest.
   */
  encode(): Uint8Array {
    const encoder = createEncoder();
    this.#writeSnapshot(encoder);
    writeDeleteSet(encoder, this.#keyed);
    return toUint8Array(encoder);
  }

  /** The bytes of `Y.encodeSnapshot`, provided that updates have named all deletions. */
  encodeSnapshot(): Uint8Array {
    const encoder = createEncoder();
    this.#writeSnapshot(encoder);
    return toUint8Array(encoder);
  }

  /** An update with every known deletion and no structs. */
  encodeDeletes(): Uint8Array {
    const encoder = createEncoder();
    writeVarUint(encoder, 0);
    writeDeleteSet(encoder, this.#deletes);
    return toUint8Array(encoder);
  }

  /** The bytes of `Y.encodeStateVector`. Encodes once for each state: it sorts the client ids. */
  encodeStateVector(): Uint8Array {
    if (this.#stateVector) return this.#stateVector;
    const encoder = createEncoder();
    this.#writeStateVector(encoder);
    return this.#stateVector = toUint8Array(encoder);
  }

  #writeSnapshot(encoder: Encoder): void {
    writeDeleteSet(encoder, this.#deletes);
    this.#writeStateVector(encoder);
  }

  #writeStateVector(encoder: Encoder): void {
    writeVarUint(encoder, this.#clocks.size);
    for (const [client, clock] of inYjsOrder(this.#clocks)) {
      writeVarUint(encoder, client);
      writeVarUint(encoder, clock);
    }
  }
}

type StoredRanges = Map<number, ClockRanges>;

function addRanges(target: StoredRanges, added: RangesByClient): void {
  for (const [client, ranges] of added) {
    let targetRanges = target.get(client);
    if (targetRanges === undefined) target.set(client, targetRanges = new ClockRanges());
    for (const { clock, length } of ranges) targetRanges.add(clock, clock + length);
  }
}
