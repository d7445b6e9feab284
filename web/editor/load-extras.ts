export type Extras = typeof import('./extras.ts');

let extras: Extras | null = null;

/** What is loaded after the first paint; null as long as it is on its way. */
export function loadedExtras(): Extras | null {
  return extras;
}

/** Loads it, once. Rejects with a `TypeError` where it is out of reach; another call tries again. */
export async function loadExtras(): Promise<Extras> {
  return extras ??= await import('./extras.ts');
}

/** Loads it as soon as the browser is idle, so that it is there when it is wanted, also offline. */
export function loadExtrasWhenIdle(then: () => void = () => {}): void {
  const load = () => {
    loadExtras().then(then, (error: unknown) => {
      // Whoever needs it asks again.
      if (!(error instanceof TypeError)) throw error;
    });
  };
  // Safari has no requestIdleCallback.
  if ('requestIdleCallback' in globalThis) requestIdleCallback(load, { timeout: 2000 });
  else setTimeout(load, 200);
}
