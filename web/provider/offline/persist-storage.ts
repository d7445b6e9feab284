let hasAsked = false;

/**
 * Asks the browser not to clear this origin's storage when space runs out. Once for each page, and
 * never from within another site's page; some browsers ask the person, so call it only when there
 * is something to lose. Answered no, everything goes on as before.
 */
export async function persistStorage(): Promise<void> {
  if (hasAsked || globalThis.top !== globalThis.self || !navigator.storage?.persist) return;
  hasAsked = true;
  try {
    if (!await navigator.storage.persisted()) await navigator.storage.persist();
  } catch (error) {
    // TypeError: an origin of its own kind, as in a sandbox.
    if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
  }
}
