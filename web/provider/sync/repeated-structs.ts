import * as Y from 'yjs';
import { CloseCode } from '../../../protocol/close-codes.ts';
import { ProtocolError } from '../../../protocol/protocol-error.ts';

/** By client id, the clock from which on the document's structs have to move to another id. */
export type Forks = ReadonlyMap<number, number>;

/** The origin of the transaction that moves them (forks.ts). */
export const forkOrigin = 'fork';

/** Whether updates have structs that the document has too. Throws a plain error for malformed updates. */
export function areRepeated({ store }: Y.Doc, updates: readonly Uint8Array[]): boolean {
  return store.clients.size > 0 &&
    updates.some((update) =>
      Y.decodeUpdate(update).structs.some(({ id }) => id.clock < Y.getState(store, id.client))
    );
}

/** Ends the connection. Before the next one, structs move to other client ids. */
export function forkedError(): ProtocolError {
  return new ProtocolError(CloseCode.forbiddenContent, 'The service has other content');
}
