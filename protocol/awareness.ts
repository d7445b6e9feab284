/**
 * Encodes awareness updates. The service decodes them (worker/core/room/presence/decode-awareness.ts).
 *
 * @see https://github.com/yjs/y-protocols/blob/master/PROTOCOL.md#awareness-protocol
 */
import * as encoding from 'lib0/encoding';

/** The presence of one client. */
export interface AwarenessEntry {
  /** The Yjs client id. */
  readonly client: number;
  /** Increases with each change; receivers ignore an entry that is not newer. Below 2^31. */
  readonly clock: number;
  /** The state as the JSON text that was received; null when the client has left. */
  readonly state: string | null;
}

/** Returns an awareness update with these entries. */
export function encodeAwareness(entries: readonly AwarenessEntry[]): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, entries.length);
  for (const { client, clock, state } of entries) {
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, clock);
    encoding.writeVarString(encoder, state ?? 'null');
  }
  return encoding.toUint8Array(encoder);
}

/** Returns the entry that announces that the client has left. */
export function withdrawal(entry: AwarenessEntry): AwarenessEntry {
  return { client: entry.client, clock: entry.clock + 1, state: null };
}
