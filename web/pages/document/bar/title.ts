import type * as Y from 'yjs';

/** Shown for a document without a title. */
export const untitled = 'Untitled';

/** In UTF-16 units. Other programs can write longer titles, which would block the page. */
export const maxTitleLength = 200;

export function titleOf(meta: Y.Map<unknown>): string {
  const title = meta.get('title');
  return typeof title === 'string' ? title.slice(0, maxTitleLength) : '';
}
