import { LogState } from '../update/log-state.ts';
import { readSnapshot, validateUpdate } from '../update/validate-update.ts';
import { readDocumentFile } from './document-reader.ts';

/** Throws if a file cannot be imported. Does not load its document. */
export function verifyFile(pieces: readonly Uint8Array[]): void {
  validateContent(readDocumentFile(pieces).updates);
}

/**
 * Validates the updates of a document as when clients send them, and returns their state. The first may
 * be a snapshot, larger than a client may send. Throws a SyntaxError or ProtocolError.
 */
export function validateContent(updates: readonly Uint8Array[]): LogState {
  const state = new LogState();
  for (const [i, update] of updates.entries()) {
    if (i === 0) {
      state.add(readSnapshot(update, state));
      continue;
    }
    const validated = validateUpdate(update, state);
    if (validated.type === 'gap') throw new SyntaxError('an update is missing');
    state.add(validated.contents);
  }
  return state;
}
