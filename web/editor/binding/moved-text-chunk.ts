import { LazyChunk } from '../lazy-chunk.ts';

/** Until it has loaded, the editor does not follow text that another client moves. */
export const movedTextChunk = new LazyChunk(() => import('./follow-moved-text.ts'));
