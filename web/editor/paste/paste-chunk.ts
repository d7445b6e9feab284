import { LazyChunk } from '../lazy-chunk.ts';

/** The code that reads pasted HTML and Markdown, and writes nested lists when copying. */
export const pasteChunk = new LazyChunk(() => import('./lazy-paste.ts'));
