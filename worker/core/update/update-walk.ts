import { Block, waitsFor, walkInOrder } from './causal-order.ts';
import type { ClockRange } from './delete-set.ts';
import type { LogState } from './log-state.ts';
import { Kind, noClient, UpdateReader } from './update-reader.ts';
import { type ItemLocation, ItemLocations } from './item-locations.ts';

/**
 * The ranges an update brings. Of each client the clocks of its structs, `from` inclusive, `to` not;
 * the clocks it deletes; and those of its items that lie under a key, of a map or of attributes.
 * Ranges ascend and do not overlap.
 *
 * A deletion that follows from another change is not in the update that brings that change: who
 * types in a paragraph that someone else deletes at the same time sends no deletion, and still Yjs
 * deletes it everywhere. Such ranges come with the next update that encodes a whole document.
 */
export interface UpdateContents {
  readonly structs: ReadonlyMap<number, { readonly from: number; readonly to: number }>;
  readonly deletes: ReadonlyMap<number, readonly ClockRange[]>;
  readonly keyed: ReadonlyMap<number, readonly ClockRange[]>;
}

/**
 * What an update brings, read with trust: for updates that were inspected before they were stored,
 * or that Yjs has encoded here. `known` is the state they were, or are, complete over. Throws a
 * SyntaxError when the bytes are damaged.
 */
export function contentsOf(update: Uint8Array, known: LogState): UpdateContents {
  return new UpdateWalk(new UpdateReader(update), known).contents();
}

/**
 * Reads an update from end to end, and notes what it brings. Whoever wants to know more extends it:
 * {@link read} sees each struct as it lies in the bytes, {@link settle} sees those that are new, each
 * behind all it refers to.
 */
export class UpdateWalk {
  /** Something the update builds on is neither in it nor known. Final once the contents are. */
  hasGap = false;
  protected readonly reader: UpdateReader;
  protected readonly known: LogState;
  readonly #blocks = new Map<number, Block>();
  #whereabouts: ItemLocations;
  /** Whether every struct so far came behind all it refers to, as is usual. */
  #isInOrder = true;

  constructor(reader: UpdateReader, known: LogState) {
    this.reader = reader;
    this.known = known;
    this.#whereabouts = new ItemLocations(known);
  }

  contents(mostDeletes = Infinity): UpdateContents {
    const { reader, known } = this;
    for (let position = reader.position; reader.nextClient(); position = reader.position) {
      this.#readBlock(position);
    }
    const deletes = reader.deleteSet(mostDeletes);
    reader.end();
    for (const [client, ranges] of deletes) {
      const last = ranges.at(-1)!; // a delete set has no client without ranges
      if (last.clock + last.length > this.#reached(client)) this.hasGap = true;
    }
    if (!this.#isInOrder && !this.hasGap) {
      this.#whereabouts = new ItemLocations(known);
      const visit = (struct: UpdateReader) => this.#settle(struct);
      this.hasGap = !walkInOrder(reader.bytes, this.#blocks, known, visit);
    }
    return { structs: this.#blocks, deletes, keyed: this.#whereabouts.keyed(this.#blocks) };
  }

  protected readClient(): void {}

  protected read(_struct: UpdateReader): void {}

  protected settle(
    _struct: UpdateReader,
    _where: ItemLocation,
    _whereabouts: ItemLocations,
  ): void {}

  #readBlock(position: number): void {
    const { reader } = this;
    this.readClient();
    if (this.#blocks.has(reader.client)) {
      throw new SyntaxError('Cannot read update: a client comes twice');
    }
    const block = new Block(reader.clock, position);
    if (block.from > this.known.clockOf(reader.client)) this.hasGap = true;
    this.#blocks.set(reader.client, block);
    while (reader.nextStruct()) {
      block.to = reader.clock;
      this.read(reader);
      if (reader.kind === Kind.skip) this.hasGap = true;
      else if (this.#isInOrder) {
        if (waitsFor(reader, this.#reached) !== noClient) this.#isInOrder = false;
        else this.#settle(reader);
      }
    }
    block.to = reader.clock;
  }

  #settle(struct: UpdateReader): void {
    if (struct.clock + struct.length <= this.known.clockOf(struct.client)) return;
    this.settle(struct, this.#whereabouts.add(struct), this.#whereabouts);
  }

  /** The clock up to which a client's structs are known, or have been read. */
  readonly #reached = (client: number): number =>
    Math.max(this.known.clockOf(client), this.#blocks.get(client)?.to ?? 0);
}
