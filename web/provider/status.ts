/** What a person may be told about the document on the screen. It never claims more than is true. */
export type ProviderStatus =
  /** No first sync yet. `progress`: how much of a big document is here, from 0 to 1; null if unknown. */
  | { readonly state: 'connecting'; readonly progress: number | null }
  /** Local changes are on their way and not yet acknowledged, or a difference is being healed. */
  | { readonly state: 'saving' }
  /** The service has acknowledged every local change; what it acknowledges is durable. */
  | { readonly state: 'saved' }
  /**
   * Not connected; coming back by itself. `unsent`: how many changes (keystrokes, roughly) the
   * service has not got; `stored`: whether they survive closing this page.
   */
  | { readonly state: 'offline'; readonly unsent: number; readonly stored: boolean }
  /**
   * The service takes no changes from this client: its role is to read, or its editor is older than
   * the document and would delete what it does not know.
   */
  | { readonly state: 'read-only'; readonly reason: 'role' | 'outdated' }
  /** The service has told this client to stay away, or cannot take what it holds. */
  | { readonly state: 'refused'; readonly code: number; readonly reason: string };

export function sameStatus(a: ProviderStatus, b: ProviderStatus): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
