import { LazyChunk } from '../lazy-chunk.ts';

/** The rules that format typed text within a line. They load after the first paint. */
export const inlineRulesChunk = new LazyChunk(() => import('./inline-rules.ts'));
