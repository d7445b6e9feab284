import { whenIdle } from '../platform/when-idle.ts';

export type LazyChunk = typeof import('./view/lazy-view.ts');

let extras: LazyChunk | null = null;

/** What is loaded after the first paint; null as long as it is on its way. */
export function loadedLazyChunk(): LazyChunk | null {
  return extras;
}

/** Loads it, once. Rejects with a `TypeError` where it is out of reach; another call tries again. */
export async function loadLazyChunk(): Promise<LazyChunk> {
  return extras ??= await import('./view/lazy-view.ts');
}

/** How long to wait for the browser to be idle, and before another attempt (milliseconds). */
const patience = 300;
const pause = 5_000;

/**
 * Loads it as soon as the browser is idle, so that it is there when it is wanted, also offline; again
 * and again where it is out of reach. Calls back when it is there.
 */
export function loadLazyChunkWhenIdle(then: (extras: LazyChunk) => void = () => {}): void {
  const load = () => {
    loadLazyChunk().then(then, (error: unknown) => {
      if (!(error instanceof TypeError)) throw error;
      setTimeout(load, pause);
    });
  };
  whenIdle(load, patience);
}
