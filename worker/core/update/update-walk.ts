import { ClientBlock, missingDependency, walkInCausalOrder } from './causal-order.ts';
import { type ItemLocation, ItemLocations } from './item-locations.ts';
import type { LogState, UpdateContents } from './log-state.ts';
import { Kind, noClient, UpdateReader } from './update-reader.ts';

/**
 * Reads the contents of a trusted update: one that was validated before it was stored, or that Yjs
 * has encoded here. `state` is the state that the update is complete over. Throws a SyntaxError when
 * the bytes are damaged.
 */
export function readContents(update: Uint8Array, state: LogState): UpdateContents {
  return new UpdateWalk(new UpdateReader(update), state).contents();
}

/**
 * Reads an update from start to end and collects its contents. A subclass checks more: {@link onClient}
 * is called for each client, {@link onNewStruct} for each struct that is not in `state`, after its
 * dependencies.
 */
export class UpdateWalk {
  /** Whether a dependency is neither in the update nor in `state`. Valid after {@link contents}. */
  hasGap = false;
  /** Start of the delete set in the bytes. Valid after {@link contents}. */
  protected deleteSetPosition = 0;
  protected readonly reader: UpdateReader;
  protected readonly state: LogState;
  readonly #blocks = new Map<number, ClientBlock>();
  #locations: ItemLocations;
  /** Whether every struct so far came after its dependencies, as is usual. */
  #isInOrder = true;

  constructor(reader: UpdateReader, state: LogState) {
    this.reader = reader;
    this.state = state;
    this.#locations = new ItemLocations(state);
  }

  contents(maxDeleteRanges = Infinity): UpdateContents {
    const { reader, state } = this;
    for (let position = reader.position; reader.nextClient(); position = reader.position) {
      this.#readBlock(position);
    }
    this.deleteSetPosition = reader.position;
    const deletes = reader.deleteSet(maxDeleteRanges);
    reader.expectEnd();
    for (const [client, ranges] of deletes) {
      const last = ranges.at(-1)!; // a delete set has no client without ranges
      if (last.clock + last.length > this.availableClock(client)) this.hasGap = true;
    }
    if (!this.#isInOrder && !this.hasGap) {
      this.#locations = new ItemLocations(state);
      const visit = (struct: UpdateReader) => this.#locate(struct);
      this.hasGap = !walkInCausalOrder(reader.bytes, this.#blocks, state, visit);
    }
    return {
      structs: this.#blocks,
      deletes,
      keyed: this.#locations.keyedRanges(this.#blocks),
    };
  }

  /** Called when the reader has moved to a client. */
  protected onClient(): void {}

  protected onNewStruct(
    _struct: UpdateReader,
    _location: ItemLocation,
    _locations: ItemLocations,
  ): void {}

  /** The clock up to which the structs of a client are in the log or have been read. */
  availableClock(client: number): number {
    return Math.max(this.state.clockOf(client), this.#blocks.get(client)?.to ?? 0);
  }

  #readBlock(position: number): void {
    const { reader } = this;
    this.onClient();
    if (this.#blocks.has(reader.client)) {
      throw new SyntaxError('Cannot read update: duplicate client');
    }
    const block = new ClientBlock(reader.clock, position);
    if (block.from > this.state.clockOf(reader.client)) this.hasGap = true;
    this.#blocks.set(reader.client, block);
    while (reader.nextStruct()) {
      block.to = reader.clock;
      if (reader.kind === Kind.skip) this.hasGap = true;
      else if (this.#isInOrder) {
        if (missingDependency(reader, this) !== noClient) this.#isInOrder = false;
        else this.#locate(reader);
      }
    }
    block.to = reader.clock;
  }

  #locate(struct: UpdateReader): void {
    if (struct.clock + struct.length <= this.state.clockOf(struct.client)) return;
    this.onNewStruct(struct, this.#locations.add(struct), this.#locations);
  }
}
