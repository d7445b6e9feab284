import { LazyChunk } from '../lazy-chunk.ts';

/** Until it has loaded, a caret does not follow text that another client moves. */
export const movedTextChunk = new LazyChunk(() => import('./find-moved-text.ts'));
