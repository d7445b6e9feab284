/**
 * Encodes and decodes awareness updates. The `Awareness` class of y-protocols starts a timer in its
 * constructor, which keeps a Durable Object awake, so the service uses these functions instead.
 *
 * @see https://github.com/yjs/y-protocols/blob/master/PROTOCOL.md#awareness-protocol
 */
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { limits } from './limits.ts';

/** The presence of one client. */
export interface AwarenessEntry {
  /** The Yjs client id. */
  readonly client: number;
  /** Increases with each change; receivers ignore an entry that is not newer. Below 2^31. */
  readonly clock: number;
  /** The state as the JSON text that was received; null when the client has left. */
  readonly state: string | null;
}

/**
 * Decodes all entries of an awareness update, or none. Throws SyntaxError for bytes that are not an
 * awareness update, and RangeError for one beyond a limit:
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

function readEntries(update: Uint8Array): AwarenessEntry[] {
  const decoder = decoding.createDecoder(update);
  const count = decoding.readVarUint(decoder);
  if (count > limits.awarenessEntries) {
    throw new RangeError(`Cannot accept awareness: over ${limits.awarenessEntries} entries`);
  }
  const entries: AwarenessEntry[] = [];
  for (let i = 0; i < count; i++) entries.push(readEntry(decoder));
  if (decoding.hasContent(decoder)) throw new SyntaxError('unexpected bytes after the last entry');
  return entries;
}

function readEntry(decoder: decoding.Decoder): AwarenessEntry {
  const client = decoding.readVarUint(decoder);
  const clock = decoding.readVarUint(decoder);
  // One below the limit, which leaves a clock for the withdrawal.
  if (clock >= limits.clock - 1) throw new SyntaxError('clock out of range');
  const start = decoder.pos;
  const json = decoding.readVarString(decoder);
  if (decoder.pos - start > limits.awarenessStateBytes) {
    throw new RangeError(
      `Cannot accept awareness: state over ${limits.awarenessStateBytes} bytes`,
    );
  }
  const state: unknown = JSON.parse(json);
  if (state === null) return { client, clock, state: null };
  if (typeof state !== 'object') throw new SyntaxError('state is not an object');
  if (depthOf(state) > limits.awarenessDepth) {
    throw new RangeError(`Cannot accept awareness: nested deeper than ${limits.awarenessDepth}`);
  }
  return { client, clock, state: json };
}

/** Returns the nesting depth. Recursion is safe: the text is at most 4 KiB long. */
function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
