/** Groups of four characters, then none, two or three whose unused bits are zero. */
const canonical =
  /^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-][AQgw]|[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048])?$/;

/**
 * Decodes canonical base64url without padding (RFC 4648 section 5); null for anything else. `atob`
 * also accepts padding, whitespace and unused bits, so that one value would have several texts.
 */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> | null {
  if (!canonical.test(text)) return null;
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** Encodes without padding. */
export function encodeBase64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_')
    .replaceAll('=', '');
}
