import type { ClockRange } from './delete-set.ts';
import { UpdateReader } from './update-reader.ts';

/**
 * The ranges an update brings: for each client the clocks of its structs, `from` inclusive, `to`
 * not, and the clocks it deletes, ascending and apart.
 */
export interface UpdateContents {
  readonly structs: ReadonlyMap<number, { readonly from: number; readonly to: number }>;
  readonly deletes: ReadonlyMap<number, readonly ClockRange[]>;
}

/**
 * What an update brings, read with trust: only for updates that were inspected before they were
 * stored, or that Yjs itself has encoded here. Throws a SyntaxError when the bytes are damaged.
 *
 * A deletion that follows from another change is not in the update that brings that change: who
 * types in a paragraph that someone else deletes at the same time sends no deletion, and still Yjs
 * deletes it everywhere. Such ranges turn up with the next update that Yjs encodes from a whole
 * document.
 */
export function contentsOf(update: Uint8Array): UpdateContents {
  const reader = new UpdateReader(update);
  const structs = new Map<number, { from: number; to: number }>();
  while (reader.nextClient()) {
    const from = reader.clock;
    while (reader.nextStruct());
    structs.set(reader.client, { from, to: reader.clock });
  }
  return { structs, deletes: reader.deleteSet() };
}
