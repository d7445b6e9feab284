import type * as Y from 'yjs';
import { shortTitle, titleIn } from '../../../../protocol/text/title.ts';

/** Shown for a document without a title. */
export const untitled = 'Untitled';

/** The title of a document, cut off at a length that a page can show. */
export function titleOf(meta: Y.Map<unknown>): string {
  return shortTitle(titleIn(meta) ?? '');
}
