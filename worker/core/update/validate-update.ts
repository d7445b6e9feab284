import { CloseCode } from '../../../protocol/close-codes.ts';
import { limits } from '../../../protocol/limits.ts';
import { ProtocolError } from '../../../protocol/protocol-error.ts';
import { containsRange } from './clock-ranges.ts';
import { ContentReader } from './content-reader.ts';
import { diffUpdate } from './diff-update.ts';
import { depthOf, isKeyed, type ItemLocation, type ItemLocations } from './item-locations.ts';
import type { LogState, UpdateContents } from './log-state.ts';
import { Kind, noClient, type UpdateReader } from './update-reader.ts';
import { UpdateWalk } from './update-walk.ts';

type ValidatedUpdate =
  /**
   * `update` is what to store and broadcast: the received bytes, or what `diffUpdate` makes of them
   * when they repeat structs or have clients in another order than Yjs writes. So the log has each
   * struct once, and Yjs can merge its updates in any order.
   */
  | {
    readonly type: 'complete';
    readonly update: Uint8Array;
    readonly contents: UpdateContents;
    /** Whether the received bytes have structs that the log has too, with whatever content. */
    readonly isRepeated: boolean;
  }
  /** The update depends on structs that are not in the log. Request them from the client. */
  | { readonly type: 'gap' };

/**
 * An update that breaks the structure of the document, and has structs that the log has too. If these
 * differ from those of the log, its sender has another document, in which the update may be valid.
 */
export class RepeatedStructureError extends ProtocolError {}

/**
 * Checks from its bytes and the state of the log, without a document, whether an update can be
 * applied. After a complete one a document loaded from the log has no pending structs, and can be
 * changed, encoded and loaded again.
 *
 * Throws a {@link ProtocolError}: `malformed` for bytes that Yjs does not write, `forbiddenContent` for
 * content that Yjs accepts but that harms other clients, `tooBig` above a limit. Throws a
 * {@link RepeatedStructureError} for structure that is forbidden beside the content of the log. An update
 * that was merged from parts with a hole between them (a Skip struct) is a gap.
 *
 * `ItemIndex.add` checks what depends on the order and the parents of items in the log: the work of
 * integrating the update, the types of parents, and the depth of parents in the log. Renderers must
 * handle any content, and compaction removes what clients cannot (`removeUnreadableContent`): older
 * versions of the service stored more.
 */
export function validateUpdate(update: Uint8Array, state: LogState): ValidatedUpdate {
  let isRepeated: boolean;
  try {
    const walk = new ValidatingWalk(new ContentReader(update), state);
    const contents = walk.validate();
    if (walk.hasGap) return { type: 'gap' };
    isRepeated = walk.isRepeated;
    if (walk.violation) throw isRepeated ? repeatedError(walk.violation) : walk.violation;
    if (!isRepeated && walk.isSorted) return { type: 'complete', update, contents, isRepeated };
    if (!walk.hasNewStructs) {
      const deletes = { ...contents, structs: new Map() };
      return { type: 'complete', update: walk.deletesAlone(), contents: deletes, isRepeated };
    }
  } catch (error) {
    if (error instanceof SyntaxError) throw new ProtocolError(CloseCode.malformed, error.message);
    throw error;
  }
  // Of an item that starts in the log and ends after it, Yjs would append the new end to the struct
  // that the log has at that clock. When that is a GC struct, Yjs throws. In the difference the new part
  // is an item of its own that has the last known clock as its origin.
  const difference = validateUpdate(diffUpdate(update, state), state);
  return difference.type === 'gap' ? difference : { ...difference, isRepeated };
}

/**
 * Reads the first update of a document that was stored elsewhere. Validates its content as
 * {@link validateUpdate} does, but accepts any size, and nesting that older versions of the service have
 * stored: compaction removes it.
 */
export function readSnapshot(update: Uint8Array, state: LogState): UpdateContents {
  const walk = new ValidatingWalk(new ContentReader(update), state, anySize);
  const contents = walk.validate();
  if (walk.violation) throw walk.violation;
  return contents;
}

interface SizeLimits {
  readonly clients: number;
  readonly structs: number;
  readonly deleteRanges: number;
  readonly typeDepth: number;
}

const updateSize: SizeLimits = {
  clients: limits.updateClients,
  structs: limits.updateStructs,
  deleteRanges: limits.updateDeleteRanges,
  typeDepth: limits.typeDepth,
};

const anySize: SizeLimits = {
  clients: Infinity,
  structs: Infinity,
  deleteRanges: Infinity,
  typeDepth: Infinity,
};

class ValidatingWalk extends UpdateWalk {
  /** Whether the log has one of the structs, or a part of one. */
  isRepeated = false;
  /** Whether the clients are in descending order. */
  isSorted = true;
  /** Whether the log lacks one of the structs. */
  hasNewStructs = false;
  /** The first struct that is forbidden beside the content of the log. */
  violation: ProtocolError | null = null;
  readonly #sizes: SizeLimits;
  #lastClient = Infinity;
  #structs = 0;
  /** Items under a key that hold more than one value: client, clock, length. */
  #multipleValues: [client: number, clock: number, length: number][] | null = null;

  constructor(reader: UpdateReader, state: LogState, sizes = updateSize) {
    super(reader, state);
    this.#sizes = sizes;
  }

  validate(): UpdateContents {
    if (this.reader.clientsLeft > this.#sizes.clients) {
      throw new ProtocolError(CloseCode.tryAgainLater, 'Too many clients in one update');
    }
    const contents = this.contents(this.#sizes.deleteRanges);
    if (!this.hasGap) this.#checkMultipleValues(contents);
    return contents;
  }

  /** The update without its structs. */
  deletesAlone(): Uint8Array {
    const { bytes } = this.reader;
    const update = new Uint8Array(1 + bytes.length - this.deleteSetPosition);
    update.set(bytes.subarray(this.deleteSetPosition), 1); // after the count of clients, 0
    return update;
  }

  protected override onClient(): void {
    const { client, clock, structsLeft } = this.reader;
    if (clock < this.state.clockOf(client)) this.isRepeated = true;
    if (client > this.#lastClient) this.isSorted = false;
    this.#lastClient = client;
    this.#structs += structsLeft;
    if (this.#structs > this.#sizes.structs) {
      throw new ProtocolError(CloseCode.tooBig, 'Too many structs in one update');
    }
  }

  protected override onNewStruct(
    struct: UpdateReader,
    location: ItemLocation,
    locations: ItemLocations,
  ): void {
    this.hasNewStructs = true;
    if (depthOf(location) > this.#sizes.typeDepth) this.#forbid('Types are nested too deeply');
    if (struct.rightOriginClient !== noClient) {
      const right = locations.get(struct.rightOriginClient, struct.rightOriginClock);
      // Yjs only appends values under a key. To insert one before others it walks over all of them.
      if (isKeyed(location) || isKeyed(right)) {
        this.#forbid('A value under a key was inserted before another');
      }
    }
    if (isKeyed(location) && struct.length > 1 && struct.kind !== Kind.deleted) {
      (this.#multipleValues ??= []).push([struct.client, struct.clock, struct.length]);
    }
  }

  /**
   * An item under a key holds one value; Yjs merges such items only once they are deleted. Of an item
   * with several values that was split, Yjs deletes only the last piece, and later throws when it
   * garbage-collects the parent.
   */
  #checkMultipleValues({ deletes }: UpdateContents): void {
    for (const [client, clock, length] of this.#multipleValues ?? []) {
      if (!containsRange(deletes.get(client) ?? [], clock, length)) {
        this.#forbid('A key has more than one value');
      }
    }
  }

  #forbid(message: string): void {
    this.violation ??= new ProtocolError(CloseCode.forbiddenContent, message);
  }
}

function repeatedError({ code, message }: ProtocolError): RepeatedStructureError {
  return new RepeatedStructureError(code, message);
}
