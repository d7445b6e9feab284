let wasRequested = false;

/**
 * Asks the browser not to delete the data of this origin when space runs out. At most once per page,
 * and never on an embedded page. Some browsers ask the user, so call it only when unsaved changes
 * could be lost. A refusal changes nothing.
 */
export async function persistStorage(): Promise<void> {
  if (wasRequested || globalThis.top !== globalThis.self || !navigator.storage?.persist) return;
  wasRequested = true;
  try {
    if (!await navigator.storage.persisted()) await navigator.storage.persist();
  } catch (error) {
    // TypeError: an opaque origin, as in a sandbox.
    if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
  }
}
