import { limits } from '../../../protocol/limits.ts';
import { type CompactedLog, compactUpdates } from '../log/compaction.ts';
import { ItemIndex } from '../update/item-index.ts';
import { damagedFile } from './document-file.ts';
import { validateContent } from './verify-file.ts';

/** What becomes of the content of a document file. */
export type ContentOutcome =
  & {
    /** The steps that it took to integrate the updates of the file. */
    readonly integrationSteps: number;
  }
  & (
    | { readonly status: 'compacted'; readonly content: CompactedLog }
    /** `reason` is for the user. */
    | { readonly status: 'rejected'; readonly reason: string }
  );

/**
 * Validates and merges the updates of a document file. The first may be a snapshot, larger than a client
 * may send.
 */
export function compactContent(updates: readonly Uint8Array[]): ContentOutcome {
  const index = new ItemIndex();
  let content: CompactedLog | null = null;
  let reason = '';
  try {
    const state = validateContent(updates);
    const corrected = updates.map((update) => index.correct(update));
    content = compactUpdates(corrected, state.encodeStateVector());
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    reason = error instanceof RangeError
      ? 'Cannot import document: it has too many elements. Delete some content and export it again.'
      : damagedFile(`its content is invalid (${error.message})`).message;
  }
  const integrationSteps = index.steps + index.checkSteps;
  if (!content) return { status: 'rejected', reason, integrationSteps };
  if (content.update.length > limits.documentBytesHard) {
    reason =
      `Cannot import document: it is larger than ${limits.documentBytesHard} bytes. Delete some content and export it again.`;
    return { status: 'rejected', reason, integrationSteps };
  }
  return { status: 'compacted', content, integrationSteps };
}
