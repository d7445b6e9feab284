/**
 * Awareness updates as plain entries: who is here, by client id. The `Awareness` class of
 * y-protocols starts a timer when it is made, which alone keeps a Durable Object awake; the service
 * needs only these functions.
 */
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { limits } from './limits.ts';

/** One client's presence. */
export interface AwarenessEntry {
  /** The Yjs client id. */
  readonly client: number;
  /** Grows with each change; a receiver ignores what is not newer. Below 2^31. */
  readonly clock: number;
  /** The state as JSON text, kept as it was written; null when the client is gone. */
  readonly state: string | null;
}

/**
 * The entries of an awareness update. All are read before any is returned.
 * Throws SyntaxError for bytes that are no awareness update, and RangeError for one over a limit:
 * {@link limits.awarenessEntries}, {@link limits.awarenessStateBytes}, {@link limits.awarenessDepth}.
 */
export function decodeAwareness(update: Uint8Array): AwarenessEntry[] {
  try {
    return readEntries(update);
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw new SyntaxError(`Cannot decode awareness: ${(error as Error).message}`);
  }
}

/** An awareness update with these entries. */
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

/** The entry that tells everyone this client has gone. */
export function withdrawal(entry: AwarenessEntry): AwarenessEntry {
  return { client: entry.client, clock: entry.clock + 1, state: null };
}

function readEntries(update: Uint8Array): AwarenessEntry[] {
  const decoder = decoding.createDecoder(update);
  const count = decoding.readVarUint(decoder);
  if (count > limits.awarenessEntries) {
    throw new RangeError(`Cannot accept awareness: ${count} entries in one message`);
  }
  const entries: AwarenessEntry[] = [];
  for (let i = 0; i < count; i++) entries.push(readEntry(decoder));
  if (decoding.hasContent(decoder)) throw new SyntaxError('bytes after the last entry');
  return entries;
}

function readEntry(decoder: decoding.Decoder): AwarenessEntry {
  const client = decoding.readVarUint(decoder);
  const clock = decoding.readVarUint(decoder);
  // One below the limit, so that a withdrawal has a clock to use.
  if (clock >= limits.clock - 1) throw new SyntaxError('clock out of range');
  const start = decoder.pos;
  const json = decoding.readVarString(decoder);
  if (decoder.pos - start > limits.awarenessStateBytes) {
    throw new RangeError(
      `Cannot accept awareness: a state over ${limits.awarenessStateBytes} bytes`,
    );
  }
  const state: unknown = JSON.parse(json);
  if (state === null) return { client, clock, state: null };
  if (typeof state !== 'object') throw new SyntaxError('a state that is no object');
  if (depthOf(state) > limits.awarenessDepth) {
    throw new RangeError(`Cannot accept awareness: nested deeper than ${limits.awarenessDepth}`);
  }
  return { client, clock, state: json };
}

/** How deep a value is nested; safe to recurse since the text is at most 4 KiB long. */
function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
