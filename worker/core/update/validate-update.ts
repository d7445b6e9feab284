import { CloseCode } from '../../../protocol/close-codes.ts';
import { limits } from '../../../protocol/limits.ts';
import { ContentReader } from './content-reader.ts';
import { hasRange } from './delete-set.ts';
import type { LogState } from './log-state.ts';
import { ProtocolError } from '../../../protocol/protocol-error.ts';
import { diffUpdate } from './diff-update.ts';
import { Kind, noClient, type UpdateReader } from './update-reader.ts';
import { contentsOf, type UpdateContents, UpdateWalk } from './update-walk.ts';
import { depth, isKeyed, type ItemLocation, type ItemLocations } from './item-locations.ts';

export { contentsOf, type UpdateContents };

export type ValidatedUpdate =
  /**
   * Store and relay this `update`: the very bytes that came or, where an item in them begins before
   * the known state and ends behind it, only what is new in them.
   */
  | { readonly type: 'complete'; readonly update: Uint8Array; readonly contents: UpdateContents }
  /** It builds on something the log lacks: ask the client for the difference. */
  | { readonly type: 'gap' };

/**
 * Whether an update can be applied to what the log holds, told from its bytes and the known state,
 * without a document. Complete means: a document loaded from the log takes it whole, with nothing
 * left pending, and can be changed, encoded and loaded by a newcomer afterwards.
 *
 * Throws a {@link ProtocolError}: `malformed` for bytes Yjs never writes, `forbiddenContent` for what Yjs
 * would take to someone's harm, `tooBig` for more than a limit allows. An update that was merged
 * from parts with a hole in between (a Skip struct) is a gap.
 *
 * What cannot be seen without the document: whether the neighbours of an item are neighbours, and
 * how much lies between them, which Yjs walks over; what kind of type it lies in, and how deep that
 * type does, which renderers must bear.
 */
export function validateUpdate(update: Uint8Array, known: LogState): ValidatedUpdate {
  try {
    const walk = new InspectingWalk(new ContentReader(update), known);
    const contents = walk.inspect();
    if (walk.hasGap) return { type: 'gap' };
    if (!walk.hasOverlap) return { type: 'complete', update, contents };
  } catch (error) {
    if (error instanceof SyntaxError) throw new ProtocolError(CloseCode.malformed, error.message);
    throw error;
  }
  // Yjs would join the new end of the item to whatever the log holds, be that or not what the update
  // says the beginning is: to a GC struct, for one, and throw. The difference continues it soundly.
  return validateUpdate(diffUpdate(update, known), known);
}

class InspectingWalk extends UpdateWalk {
  /** An item is known in part. */
  hasOverlap = false;
  #structs = 0;
  /** Hashes of the places where items were put, of those places that items can share. */
  readonly #places: number[] = [];
  /** Items under a key that hold more than one value: client, clock, length. */
  readonly #longEntries: [client: number, clock: number, length: number][] = [];

  inspect(): UpdateContents {
    if (this.reader.clientsLeft > limits.updateClients) {
      throw new ProtocolError(CloseCode.tooBig, 'Too many clients in one update');
    }
    const contents = this.contents(limits.updateDeleteRanges);
    this.#checkPlaces();
    if (!this.hasGap) this.#checkEntries(contents);
    return contents;
  }

  protected override readClient(): void {
    this.#structs += this.reader.structsLeft;
    if (this.#structs > limits.updateStructs) {
      throw new ProtocolError(CloseCode.tooBig, 'Too many structs in one update');
    }
  }

  protected override read(struct: UpdateReader): void {
    if (struct.kind === Kind.gc || struct.kind === Kind.skip) return;
    const { client, clock, originClient, originClock } = struct;
    const known = this.known.clockOf(client);
    if (clock < known && clock + struct.length > known) this.hasOverlap = true;
    // What just goes on typing shares its place with nothing else of that client.
    if (originClient !== client || originClock !== clock - 1) this.#places.push(struct.place);
  }

  protected override settle(
    struct: UpdateReader,
    where: ItemLocation,
    whereabouts: ItemLocations,
  ): void {
    if (depth(where) > limits.typeDepth) throw forbidden('Types are nested too deeply');
    if (struct.rightOriginClient !== noClient) {
      const right = whereabouts.of(struct.rightOriginClient, struct.rightOriginClock);
      // Values under a key only ever follow each other. Yjs walks past all of them to put one first.
      if (isKeyed(where) || isKeyed(right)) throw forbidden('A value was put before another');
    }
    if (isKeyed(where) && struct.length > 1 && struct.kind !== Kind.deleted) {
      this.#longEntries.push([struct.client, struct.clock, struct.length]);
    }
  }

  /**
   * Yjs looks at the items between an item's neighbours. Many at one place make that take the square
   * of their number, in every reader.
   */
  #checkPlaces(): void {
    const most = limits.itemsAtSamePosition;
    if (this.#places.length <= most) return;
    const places = Int32Array.from(this.#places).sort();
    for (let i = most; i < places.length; i++) {
      if (places[i] === places[i - most]) throw forbidden('Too many items at one position');
    }
  }

  /**
   * Under a key one item holds one value; Yjs joins them to one when they are deleted, never before.
   * It deletes only the last piece of such an item when it was split, and throws when it collects
   * the type it lies in.
   */
  #checkEntries({ deletes }: UpdateContents): void {
    for (const [client, clock, length] of this.#longEntries) {
      if (!hasRange(deletes.get(client) ?? [], clock, length)) {
        throw forbidden('A key has more than one value');
      }
    }
  }
}

function forbidden(message: string): ProtocolError {
  return new ProtocolError(CloseCode.forbiddenContent, message);
}
