import { type AwarenessEntry, encodeAwareness } from '../../../../protocol/awareness.ts';
import { CloseCode } from '../../../../protocol/close-codes.ts';
import { encodeMessage } from '../../../../protocol/messages.ts';
import { ProtocolError } from '../../../../protocol/protocol-error.ts';
import type { Session } from '../session.ts';
import { decodeAwareness } from './decode-awareness.ts';

/** An awareness message with these entries. */
export function awarenessFrame(entries: readonly AwarenessEntry[]): Uint8Array {
  return encodeMessage({ type: 'awareness', update: encodeAwareness(entries) });
}

/**
 * The entries of an awareness update. Throws {@link ProtocolError} when it is malformed, and for an
 * `edgepad.v1` client also when it is over a limit. Those of a stock client are then left out.
 */
export function entriesIn(update: Uint8Array, { attachment, log }: Session): AwarenessEntry[] {
  try {
    return decodeAwareness(update);
  } catch (error) {
    if (error instanceof SyntaxError) throw new ProtocolError(CloseCode.malformed, error.message);
    if (!(error instanceof RangeError)) throw error;
    if (attachment.speaksEdgepad) throw new ProtocolError(CloseCode.tooBig, error.message);
    log.ignored(error.message);
    return [];
  }
}
