import type * as Y from 'yjs';
import { unsupportedItems } from './unsupported-content.ts';

/**
 * Deletes everything that the editor does not support from a document, in one update. Then the
 * editor can be mounted. A mark is removed from its text; a block is deleted with its text. There is
 * no undo: keep a copy first.
 */
export function removeUnsupportedContent(doc: Y.Doc): void {
  doc.transact((transaction) => {
    // Without a mark, an earlier one of the same name applies to the text.
    for (
      let found = [...unsupportedItems(doc, 'data')];
      found.length > 0;
      found = [...unsupportedItems(doc, 'data')]
    ) {
      for (const { item } of found) item.delete(transaction);
    }
  });
}

/** Descriptions of everything that {@link removeUnsupportedContent} deletes, each one once. */
export function describeUnsupportedContent(doc: Y.Doc): string[] {
  return [...new Set([...unsupportedItems(doc, 'data')].map(({ description }) => description))];
}
