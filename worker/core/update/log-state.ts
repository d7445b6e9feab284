import { createEncoder, type Encoder, toUint8Array, writeVarUint } from 'lib0/encoding';
import { limits } from '../../../protocol/limits.ts';
import { ByteReader } from './byte-reader.ts';
import { ClockRanges } from './clock-ranges.ts';
import { type ClockRange, readDeleteSet } from './delete-set.ts';
import type { UpdateContents } from './update-walk.ts';

/**
 * What the log holds, known without a document: the state vector and the delete set, which Yjs
 * together calls a snapshot, and which items lie under keys. Exact as to structs. As to deletions it
 * knows those that updates have named: {@link UpdateContents} says which they do not.
 */
export class LogState {
  readonly #clocks = new Map<number, number>();
  readonly #deletes: RangesByClient = new Map();
  readonly #keyed: RangesByClient = new Map();

  /** As encoded by {@link encode}. Throws a SyntaxError when the bytes are anything else. */
  static decode(bytes: Uint8Array): LogState {
    const reader = new ByteReader(bytes);
    const deletes = readDeleteSet(reader);
    const structs = new Map<number, { from: number; to: number }>();
    for (let left = reader.count(2); left > 0; left--) {
      const client = reader.varUint();
      const to = reader.varUint();
      if (structs.has(client) || to === 0 || to > limits.clock) {
        throw new SyntaxError('Cannot read known state: not a state vector');
      }
      structs.set(client, { from: 0, to });
    }
    const keyed = readDeleteSet(reader);
    reader.end();
    const known = new LogState();
    known.add({ structs, deletes, keyed });
    return known;
  }

  /** The clock the next struct of this client has to begin at: 0 when nothing of it is known. */
  clockOf(client: number): number {
    return this.#clocks.get(client) ?? 0;
  }

  /** Whether this item lies under a key, of a map or of an element's attributes, not in a list. */
  isKeyed(client: number, clock: number): boolean {
    return this.#keyed.get(client)?.has(clock, clock + 1) ?? false;
  }

  /** Every client known, with {@link clockOf} it: the state vector. */
  clocks(): MapIterator<[client: number, clock: number]> {
    return this.#clocks.entries();
  }

  /** To be called when an update, complete over this state, was stored. */
  add({ structs, deletes, keyed }: UpdateContents): void {
    for (const [client, { to }] of structs) {
      if (to > this.clockOf(client)) this.#clocks.set(client, to);
    }
    addRanges(this.#deletes, deletes);
    addRanges(this.#keyed, keyed);
  }

  /**
   * Whether everything in an update is known, deletions included: a client that comes back repeats
   * all deletions of the document, and most often brings nothing else.
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
   * The bytes `Y.encodeSnapshot` gives and, behind them, the clocks under keys in the form of a
   * delete set. `Y.decodeSnapshot` reads the first part and ignores the rest.
   */
  encode(): Uint8Array {
    const encoder = createEncoder();
    this.#writeSnapshot(encoder);
    writeRanges(encoder, this.#keyed);
    return toUint8Array(encoder);
  }

  /** The same bytes as `Y.encodeSnapshot` gives, once all deletions have been named. */
  encodeSnapshot(): Uint8Array {
    const encoder = createEncoder();
    this.#writeSnapshot(encoder);
    return toUint8Array(encoder);
  }

  /** An update that brings every deletion known, and no structs. */
  encodeDeletes(): Uint8Array {
    const encoder = createEncoder();
    writeVarUint(encoder, 0);
    writeRanges(encoder, this.#deletes);
    return toUint8Array(encoder);
  }

  /** The same bytes as `Y.encodeStateVector` gives. */
  encodeStateVector(): Uint8Array {
    const encoder = createEncoder();
    this.#writeStateVector(encoder);
    return toUint8Array(encoder);
  }

  #writeSnapshot(encoder: Encoder): void {
    writeRanges(encoder, this.#deletes);
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

type RangesByClient = Map<number, ClockRanges>;

function addRanges(
  known: RangesByClient,
  added: ReadonlyMap<number, readonly ClockRange[]>,
): void {
  for (const [client, ranges] of added) {
    let knownRanges = known.get(client);
    if (knownRanges === undefined) known.set(client, knownRanges = new ClockRanges());
    for (const { clock, length } of ranges) knownRanges.add(clock, clock + length);
  }
}

function writeRanges(encoder: Encoder, byClient: RangesByClient): void {
  writeVarUint(encoder, byClient.size);
  for (const [client, ranges] of inYjsOrder(byClient)) {
    writeVarUint(encoder, client);
    writeVarUint(encoder, ranges.size);
    for (const { clock, length } of ranges) {
      writeVarUint(encoder, clock);
      writeVarUint(encoder, length);
    }
  }
}

/** Higher clients come first, in all that Yjs writes. */
function inYjsOrder<T>(byClient: ReadonlyMap<number, T>): [number, T][] {
  return [...byClient].sort(([a], [b]) => b - a);
}
