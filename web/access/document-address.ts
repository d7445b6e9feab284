/**
 * Reads the credential in a part of an address. Fragments carry a key as `#k=` or a token as `#t=`:
 * browsers send no fragment, so it appears in no log. Queries, for embeds and links that work without
 * a script, carry `?key=` or `?token=`. Punctuation after a link copied from a sentence is left out.
 */
export function credentialIn(part: string): string | null {
  return /[?#&](?:k|t|key|token)=([\w-]+(?:\.[\w-]+)*)/.exec(part)?.[1] ?? null;
}

/** The page of a document, with the credential in its fragment. */
export function documentAddress(name: string, credential: string | null): string {
  const fragment = credential === null
    ? ''
    : `#${credential.includes('.') ? 't' : 'k'}=${credential}`;
  return `/d/${encodeURIComponent(name)}${fragment}`;
}

/** The read-only page of a document, with the credential in its query. */
export function viewAddress(name: string, credential: string | null): string {
  return withCredential(`/v/${encodeURIComponent(name)}`, credential);
}

/** The path of a document in the HTTP interface; `.md` and the like after it name a format. */
export function documentPath(name: string): string {
  return `/docs/${encodeURIComponent(name)}`;
}

/** Adds the credential to an address that the browser requests itself, without our headers. */
export function withCredential(path: string, credential: string | null): string {
  return credential === null ? path : `${path}?key=${credential}`;
}

/** The URL of the documents of this service, for a provider on its own pages. */
export function docsUrl(): string {
  return `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}/docs`;
}

/** The header that carries a credential in a request of a script. */
export function authorization(credential: string | null): Record<string, string> {
  return credential === null ? {} : { authorization: `Bearer ${credential}` };
}
