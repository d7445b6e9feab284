import { ClientBlock, walkInCausalOrder } from './causal-order.ts';
import type { ClockRange } from './clock-ranges.ts';
import { UpdateReader } from './update-reader.ts';

/**
 * Visits the structs of an update in the order in which Yjs integrates them. Returns its delete set.
 * `log` has the clocks of what the update builds on.
 */
export function visitInYjsOrder(
  update: Uint8Array,
  log: { clockOf(client: number): number },
  visit: (struct: UpdateReader) => void,
): ReadonlyMap<number, readonly ClockRange[]> {
  const reader = new UpdateReader(update);
  // The structs of one client depend on the log and on earlier ones only.
  const isInOrder = reader.clientsLeft === 1;
  const blocks: [client: number, block: ClientBlock][] = [];
  for (let position = reader.position; reader.nextClient(); position = reader.position) {
    blocks.push([reader.client, new ClientBlock(reader.clock, position)]);
    while (reader.nextStruct()) if (isInOrder) visit(reader);
  }
  const deletes = reader.deleteSet();
  // Yjs starts with the highest client id.
  blocks.sort(([a], [b]) => b - a);
  if (!isInOrder && !walkInCausalOrder(update, new Map(blocks), log, visit)) {
    throw new Error('Cannot index update: it depends on missing structs');
  }
  return deletes;
}
