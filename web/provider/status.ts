/** What a person may be told about the document on the screen. It never claims more than is true. */
export type ProviderStatus =
  /** No first sync yet. */
  | { readonly state: 'connecting' }
  /** Local changes are on their way, and not yet acknowledged. */
  | { readonly state: 'saving' }
  /** The service has acknowledged every local change; what it acknowledges is durable. */
  | { readonly state: 'saved' }
  /** Not connected; coming back by itself. `unsent`: there are changes only this client holds. */
  | { readonly state: 'offline'; readonly unsent: boolean }
  /** The service takes no changes from this client. */
  | { readonly state: 'read-only' }
  /** The service has told this client to stay away. */
  | { readonly state: 'refused'; readonly code: number; readonly reason: string };

export function sameStatus(a: ProviderStatus, b: ProviderStatus): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
