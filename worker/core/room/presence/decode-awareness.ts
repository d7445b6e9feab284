import * as decoding from 'lib0/decoding';
import type { AwarenessEntry } from '../../../../protocol/awareness.ts';
import { limits } from '../../../../protocol/limits.ts';

/**
 * Decodes all entries of an awareness update, or none. Throws SyntaxError for bytes that are not an
 * awareness update, and RangeError for one beyond a limit:
 * {@link limits.awarenessEntries}, {@link limits.awarenessStateBytes}, {@link limits.awarenessDepth}.
 *
 * The `Awareness` class of y-protocols starts a timer in its constructor, which keeps a Durable Object
 * awake.
 */
export function decodeAwareness(update: Uint8Array): AwarenessEntry[] {
  try {
    return readEntries(update);
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw new SyntaxError(`Cannot decode awareness: ${(error as Error).message}`);
  }
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
  if (clock >= limits.clock) throw new SyntaxError('clock out of range');
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
