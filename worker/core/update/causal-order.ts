import { noClient, UpdateReader } from './update-reader.ts';

/** The structs of one client in an update: their clocks, and where they start in the bytes. */
export class ClientBlock {
  readonly from: number;
  readonly position: number;
  /** The end of the last struct; while the block is being read, the end of the last struct read. */
  to: number;

  constructor(from: number, position: number) {
    this.from = this.to = from;
    this.position = position;
  }
}

/** The structs of each client are available up to a clock. */
interface AvailableStructs {
  availableClock(client: number): number;
}

/** The client whose structs an item still needs, or `noClient` when none are missing. */
export function missingDependency(item: UpdateReader, structs: AvailableStructs): number {
  const { originClient, originClock, rightOriginClient, rightOriginClock } = item;
  const { parentClient, parentClock } = item;
  if (originClient !== noClient && originClock >= structs.availableClock(originClient)) {
    return originClient;
  }
  if (
    rightOriginClient !== noClient && rightOriginClock >= structs.availableClock(rightOriginClient)
  ) {
    return rightOriginClient;
  }
  if (parentClient !== noClient && parentClock >= structs.availableClock(parentClient)) {
    return parentClient;
  }
  return noClient;
}

/**
 * Visits every struct of an update after its dependencies, as Yjs' `integrateStructs` does. When the
 * next struct of a block has a missing dependency, the block waits while another one advances by one
 * struct. Every step visits a struct or starts to wait for one, so the time is linear in their count.
 *
 * Returns false when a dependency is neither in the update nor in `state`. Throws a SyntaxError for a
 * circular dependency.
 */
export function walkInCausalOrder(
  update: Uint8Array,
  blocks: ReadonlyMap<number, ClientBlock>,
  state: { clockOf(client: number): number },
  visit: (struct: UpdateReader) => void,
): boolean {
  const cursors = new Map<number, BlockCursor>();
  for (const [client, block] of blocks) cursors.set(client, new BlockCursor(update, block));
  const structs: AvailableStructs = {
    availableClock: (client) =>
      Math.max(state.clockOf(client), cursors.get(client)?.struct.clock ?? 0),
  };

  for (const first of cursors.values()) {
    const stack = [first];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const missing = top.isDone ? noClient : missingDependency(top.struct, structs);
      if (missing === noClient) {
        top.isWaiting = false;
        if (!top.isDone) {
          visit(top.struct);
          top.isDone = !top.struct.nextStruct();
        }
        if (top !== first || top.isDone) stack.pop();
        continue;
      }
      const other = cursors.get(missing);
      if (other === undefined || other.isDone) return false;
      top.isWaiting = true;
      if (other.isWaiting) {
        throw new SyntaxError('Cannot read update: items have a circular dependency');
      }
      stack.push(other);
    }
  }
  return true;
}

/** The progress of {@link walkInCausalOrder} through one block. */
class BlockCursor {
  /** Positioned at the next struct to visit. */
  readonly struct: UpdateReader;
  isDone = false;
  isWaiting = false;

  constructor(update: Uint8Array, block: ClientBlock) {
    this.struct = new UpdateReader(update);
    this.struct.position = block.position;
    this.struct.nextClient();
    this.struct.nextStruct();
  }
}
