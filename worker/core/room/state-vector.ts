import * as Y from 'yjs';
import { CloseCode } from '../../../protocol/close-codes.ts';
import { limits } from '../../../protocol/limits.ts';
import type { LogState } from '../update/log-state.ts';
import { ProtocolError } from '../../../protocol/protocol-error.ts';
import type { UpdateLog } from '../log/update-log.ts';

/** Client ids and the clock each stands at. */
export type StateVector = ReadonlyMap<number, number>;

/** Throws Refusal for bytes that are no state vector, or too many of them. */
export function decodeStateVector(bytes: Uint8Array): StateVector {
  if (bytes.length > limits.stateVectorBytes) {
    throw new ProtocolError(CloseCode.tooBig, `State vector over ${limits.stateVectorBytes} bytes`);
  }
  try {
    return Y.decodeStateVector(bytes);
  } catch {
    throw new ProtocolError(CloseCode.malformed, 'Cannot decode state vector');
  }
}

/**
 * The updates that bring a client with this state vector up to date. They may repeat what it has
 * (Yjs does not mind) and never lack what it has not. No `Y.Doc` is built: stored bytes leave as they
 * are; only for a client that is behind the snapshot is the snapshot cut.
 */
export function answerToStateVector(log: UpdateLog, client: StateVector): Uint8Array[] {
  if (client.size === 0 || !log.exists) return log.everything();
  if (covers(client, log.snapshotKnown())) {
    // What the snapshot holds in structs the client has; which of them are deleted it may not know.
    return [...log.tail(), log.state.encodeDeletes()];
  }
  const snapshot = log.snapshot();
  const missing = snapshot ? [Y.diffUpdate(snapshot, Y.encodeStateVector(new Map(client)))] : [];
  return [...missing, ...log.tail()];
}

function covers(client: StateVector, known: LogState): boolean {
  for (const [id, clock] of known.clocks()) {
    if ((client.get(id) ?? 0) < clock) return false;
  }
  return true;
}
