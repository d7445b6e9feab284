/**
 * The credential of access in part of a document's address: in its fragment a key as `#k=`, a token as
 * `#t=`; a fragment is sent nowhere, so it stands in no log. In its query, where a frame or a link must
 * work by itself, either as `?key=` or `?token=`. Takes what a credential can be and no more: the bracket or
 * full stop behind a link that was copied out of a sentence is not part of it.
 */
export function credentialIn(part: string): string | null {
  return /[?#&](?:k|t|key|token)=([\w-]+(?:\.[\w-]+)*)/.exec(part)?.[1] ?? null;
}

/** The address of a document's page; a credential of access stands in its fragment. */
export function documentAddress(name: string, credential: string | null): string {
  const fragment = credential === null
    ? ''
    : `#${credential.includes('.') ? 't' : 'k'}=${credential}`;
  return `/d/${encodeURIComponent(name)}${fragment}`;
}

/** How a request of a script carries the credential. */
export function authorization(credential: string | null): Record<string, string> {
  return credential === null ? {} : { authorization: `Bearer ${credential}` };
}

/** The same address for a browser to go to by itself, which sends no headers of ours. */
export function withKey(path: string, credential: string | null): string {
  return credential === null ? path : `${path}?key=${credential}`;
}
