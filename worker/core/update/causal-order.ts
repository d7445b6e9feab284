import type { LogState } from './log-state.ts';
import { noClient, UpdateReader } from './update-reader.ts';

/** The structs of one client in an update: their clocks, and where they lie in the bytes. */
export class Block {
  readonly from: number;
  readonly position: number;
  /** Past the last struct; as far as it has been read, while it is being read. */
  to: number;

  constructor(from: number, position: number) {
    this.from = this.to = from;
    this.position = position;
  }
}

/**
 * The client an item still waits for, when everything up to `reached(client)` is there; `nobody`
 * when it refers to nothing else.
 */
export function waitsFor(item: UpdateReader, reached: (client: number) => number): number {
  const { originClient, rightOriginClient, parentClient } = item;
  if (originClient !== noClient && item.originClock >= reached(originClient)) return originClient;
  if (rightOriginClient !== noClient && item.rightOriginClock >= reached(rightOriginClient)) {
    return rightOriginClient;
  }
  if (parentClient !== noClient && item.parentClock >= reached(parentClient)) return parentClient;
  return noClient;
}

/**
 * Visits the structs of an update each behind all it refers to, in the manner of Yjs'
 * `integrateStructs`: the blocks take turns, one that waits lets the other go on by a struct. Every
 * turn visits a struct or begins to wait for one, so it takes time in their number.
 *
 * False when something is missing. Throws a SyntaxError when structs wait for each other.
 */
export function walkInOrder(
  update: Uint8Array,
  blocks: ReadonlyMap<number, Block>,
  known: LogState,
  visit: (struct: UpdateReader) => void,
): boolean {
  const turns = new Map<number, Turns>();
  for (const [client, block] of blocks) turns.set(client, new Turns(update, block));
  const reached = (client: number): number =>
    Math.max(known.clockOf(client), turns.get(client)?.struct.clock ?? 0);

  for (const first of turns.values()) {
    const stack = [first];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const client = top.isDone ? noClient : waitsFor(top.struct, reached);
      if (client === noClient) {
        top.isWaiting = false;
        if (!top.isDone) {
          visit(top.struct);
          top.isDone = !top.struct.nextStruct();
        }
        if (top !== first || top.isDone) stack.pop();
        continue;
      }
      const other = turns.get(client);
      if (other === undefined || other.isDone) return false;
      top.isWaiting = true;
      if (other.isWaiting) {
        throw new SyntaxError('Cannot read update: items refer to each other in a circle');
      }
      stack.push(other);
    }
  }
  return true;
}

/** A block on its way through {@link walkInOrder}. */
class Turns {
  /** Stands at the next struct to visit. */
  readonly struct: UpdateReader;
  isDone = false;
  isWaiting = false;

  constructor(update: Uint8Array, block: Block) {
    this.struct = new UpdateReader(update);
    this.struct.position = block.position;
    this.struct.nextClient();
    this.struct.nextStruct();
  }
}
