import { limits } from '../../../protocol/limits.ts';
import { type CompactedLog, compactUpdates } from '../log/compaction.ts';
import { ItemIndex } from '../update/item-index.ts';
import { damagedFile } from './document-file.ts';
import { validateContent } from './verify-file.ts';

/**
 * Validates and merges the updates of a document file. The first may be a snapshot, larger than a client
 * may send. Throws a SyntaxError, whose message is for the user.
 */
export function compactContent(updates: readonly Uint8Array[]): CompactedLog {
  let compacted: CompactedLog;
  try {
    const state = validateContent(updates);
    compacted = compactUpdates(ItemIndex.correct(updates), state.encodeStateVector());
  } catch (error) {
    if (error instanceof RangeError) {
      throw new SyntaxError(
        'Cannot import document: it has too many elements. Delete some content and export it again.',
      );
    }
    if (!(error instanceof Error)) throw error;
    throw damagedFile(`its content is invalid (${error.message})`);
  }
  if (compacted.update.length > limits.documentBytesHard) {
    throw new SyntaxError(
      `Cannot import document: it is larger than ${limits.documentBytesHard} bytes. Delete some content and export it again.`,
    );
  }
  return compacted;
}
