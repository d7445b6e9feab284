/** The state of the document as a page may show it. It never claims more than is true. */
export type ProviderStatus =
  /** Before the first sync. `progress`: the received part of a long document, from 0 to 1; null if unknown. */
  | { readonly state: 'connecting'; readonly progress: number | null }
  /**
   * The service has not acknowledged every local change yet, or a difference is being repaired.
   * `isStorageFailing`: the service cannot store changes at present. It asks for them again.
   */
  | { readonly state: 'saving'; readonly isStorageFailing?: true }
  /** The service has acknowledged every local change. What it acknowledges is durable. */
  | { readonly state: 'saved' }
  /**
   * Not connected; the provider reconnects. `unsent`: how many changes (about one per key) the service
   * has not acknowledged. `stored`: whether the copy on this device has them, so that they survive
   * closing the page.
   */
  | { readonly state: 'offline'; readonly unsent: number; readonly stored: boolean }
  /**
   * The service accepts no changes from this client: it has the role `view`, or its editor is older
   * than the document and would delete content that it does not know.
   */
  | { readonly state: 'read-only'; readonly reason: 'role' | 'outdated' }
  /**
   * The service has rejected this client, or cannot store what it holds. The provider does not
   * reconnect by itself. `code`: a close code, or {@link stoppedByPage}; `reason`: a sentence.
   */
  | { readonly state: 'refused'; readonly code: number; readonly reason: string };

/** The code of the status `refused` when the page has stopped the provider. */
export const stoppedByPage = 0;

export function sameStatus(a: ProviderStatus, b: ProviderStatus): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
