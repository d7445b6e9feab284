import { CloseCode } from '../../protocol/close-codes.ts';
import { limits } from '../../protocol/limits.ts';
import { diffUpdate } from 'yjs';
import { ContentReader } from './content-reader.ts';
import type { ClockRange } from './delete-set.ts';
import type { KnownState } from './known-state.ts';
import { Refusal } from './refusal.ts';
import { checkTypeDepth } from './type-depth.ts';
import { contentsOf, type UpdateContents } from './update-contents.ts';
import { Kind, nobody } from './update-reader.ts';

export { contentsOf, type UpdateContents };

export type Inspection =
  /**
   * Store and relay `update`, in this form: the very bytes that came, or, where an item in them
   * begins before the known state and ends after it, only what is new in them.
   */
  | { readonly type: 'complete'; readonly update: Uint8Array; readonly contents: UpdateContents }
  /** It builds on something the log lacks: ask the client for the difference. */
  | { readonly type: 'gap' };

/**
 * Whether an update can be applied to what the log holds, by one pass over its bytes and without a
 * document. Complete means: a document loaded from the log takes it whole, with nothing left
 * pending, and can be encoded and loaded by a newcomer afterwards.
 *
 * Throws a {@link Refusal}: `malformed` for bytes Yjs never writes, `forbiddenContent` for what it
 * would take to someone's harm, `tooBig` for more than a limit allows. An update that Yjs merged
 * from parts with a hole between them (a Skip struct) is a gap.
 *
 * What no check without the document can see: whether the two neighbours an item names are
 * neighbours, what kind of type they lie in, and how deep. Yjs puts up with the first; the
 * renderers with the others.
 */
export function inspectUpdate(update: Uint8Array, known: KnownState): Inspection {
  try {
    return new UpdateInspector(update, known).inspect();
  } catch (error) {
    if (error instanceof SyntaxError) throw new Refusal(CloseCode.malformed, error.message);
    throw error;
  }
}

/** The structs of one client in the update, and what they wait for. */
class Block {
  readonly from: number;
  to: number;
  /**
   * What the structs refer to outside of the known state and of this block, in their order, three
   * numbers each: the clock of the struct, then client and clock it refers to. Flat, because an
   * update may hold a million.
   */
  readonly references: number[] = [];
  /** The reference that has to be met next. */
  next = 0;
  isWaiting = false;

  constructor(from: number) {
    this.from = this.to = from;
  }

  /** How far the block can be applied by now. */
  get reached(): number {
    return this.references[this.next] ?? this.to;
  }

  get wantedClient(): number {
    return this.references[this.next + 1]!; // asked only while a reference is left
  }

  get wantedClock(): number {
    return this.references[this.next + 2]!; // as above
  }
}

class UpdateInspector {
  readonly #update: Uint8Array;
  readonly #known: KnownState;
  readonly #reader: ContentReader;
  readonly #blocks = new Map<number, Block>();
  /** Hashes of the places items were put at; only those that more than one item can share. */
  readonly #places: number[] = [];
  #structs = 0;
  #types = 0;
  #references = 0;
  #hasGap = false;
  #hasOverlap = false;

  constructor(update: Uint8Array, known: KnownState) {
    this.#update = update;
    this.#known = known;
    this.#reader = new ContentReader(update);
  }

  inspect(): Inspection {
    const reader = this.#reader;
    if (reader.clientsLeft > limits.updateClients) throw tooBig('Too many clients in one update');
    while (reader.nextClient()) this.#readBlock();
    const deletes = reader.deleteSet(limits.updateDeleteRanges);
    reader.end();
    this.#checkPlaces();
    if (this.#hasGap || !this.#hasReferences() || !this.#hasDeleted(deletes)) {
      return { type: 'gap' };
    }
    if (this.#references > 0) checkOrder(this.#blocks);
    if (this.#types > limits.typeDepth) checkTypeDepth(this.#update, this.#known);
    if (this.#hasOverlap) {
      // What the known part of the item is said to be may not be what the log holds, and Yjs would
      // join the rest to it. The difference continues whatever is there.
      const update = diffUpdate(this.#update, this.#known.encodeStateVector());
      return inspectUpdate(update, this.#known);
    }
    return {
      type: 'complete',
      update: this.#update,
      contents: { structs: this.#blocks, deletes },
    };
  }

  #readBlock(): void {
    const reader = this.#reader;
    const { client, clock: from } = reader;
    this.#structs += reader.structsLeft;
    if (this.#structs > limits.updateStructs) throw tooBig('Too many structs in one update');
    if (this.#blocks.has(client)) throw new SyntaxError('Cannot read update: a client comes twice');
    const block = new Block(from);
    this.#blocks.set(client, block);
    const known = this.#known.clockOf(client);
    if (from > known) this.#hasGap = true;
    while (reader.nextStruct()) {
      if (reader.kind === Kind.skip) this.#hasGap = true;
      if (reader.kind === Kind.skip || reader.kind === Kind.gc) continue;
      if (reader.clock < known && reader.clock + reader.length > known) this.#hasOverlap = true;
      if (reader.kind === Kind.type) this.#types++;
      this.#readItem(block);
    }
    block.to = reader.clock;
  }

  #readItem(block: Block): void {
    const reader = this.#reader;
    const { originClient, originClock, rightOriginClient, rightOriginClock } = reader;
    if (originClient !== nobody) this.#refer(block, originClient, originClock);
    if (rightOriginClient !== nobody) {
      this.#refer(block, rightOriginClient, rightOriginClock);
      if (originClient === rightOriginClient && originClock === rightOriginClock) {
        throw new SyntaxError('Cannot read update: an item is on both sides of another');
      }
    }
    if (reader.parentClient !== nobody) this.#refer(block, reader.parentClient, reader.parentClock);
    // What just goes on typing has its place for itself.
    if (originClient !== reader.client || originClock !== reader.clock - 1) {
      this.#places.push(reader.place);
    }
  }

  #refer(block: Block, client: number, clock: number): void {
    const reader = this.#reader;
    if (client === reader.client) {
      if (clock >= reader.clock) {
        throw new SyntaxError('Cannot read update: an item refers to itself or to what follows it');
      }
    } else if (clock >= this.#known.clockOf(client)) {
      block.references.push(reader.clock, client, clock);
      this.#references++;
    }
  }

  /**
   * Yjs looks at every item between an item's neighbours. Many at one place make it take the square
   * of their number, in every reader.
   */
  #checkPlaces(): void {
    const most = limits.itemsAtOnePosition;
    if (this.#places.length <= most) return;
    const places = Int32Array.from(this.#places).sort();
    for (let i = most; i < places.length; i++) {
      if (places[i] === places[i - most]) {
        throw new Refusal(CloseCode.forbiddenContent, 'Too many items at one position');
      }
    }
  }

  /** Whether everything referred to is in the update, where it is not known already. */
  #hasReferences(): boolean {
    if (this.#references === 0) return true;
    for (const { references } of this.#blocks.values()) {
      for (let i = 0; i < references.length; i += 3) {
        const block = this.#blocks.get(references[i + 1]!); // in bounds: they come in threes
        if (block === undefined || references[i + 2]! >= block.to) return false;
      }
    }
    return true;
  }

  #hasDeleted(deletes: ReadonlyMap<number, readonly ClockRange[]>): boolean {
    for (const [client, ranges] of deletes) {
      const last = ranges[ranges.length - 1]!; // a delete set has no client without ranges
      const end = last.clock + last.length;
      if (end > this.#known.clockOf(client) && end > (this.#blocks.get(client)?.to ?? 0)) {
        return false;
      }
    }
    return true;
  }
}

/**
 * Throws a SyntaxError when blocks wait for each other in a circle. Walks them in the manner of
 * Yjs' `integrateStructs`: each goes on until it needs another to have come further. Every step
 * meets a reference or waits for one, so it takes time in their number.
 */
function checkOrder(blocks: ReadonlyMap<number, Block>): void {
  for (const first of blocks.values()) {
    const waiting = [first];
    for (let block = waiting.at(-1); block !== undefined; block = waiting.at(-1)) {
      const before = waiting.at(-2);
      const isDone = block.next === block.references.length;
      if (isDone || (before !== undefined && block.reached > before.wantedClock)) {
        waiting.pop();
        block.isWaiting = false;
        continue;
      }
      const wanted = blocks.get(block.wantedClient)!; // or there would be a gap
      if (wanted.reached > block.wantedClock) block.next += 3;
      else if (wanted.isWaiting) {
        throw new SyntaxError('Cannot read update: items refer to each other in a circle');
      } else {
        block.isWaiting = true;
        waiting.push(wanted);
      }
    }
  }
}

function tooBig(message: string): Refusal {
  return new Refusal(CloseCode.tooBig, message);
}
