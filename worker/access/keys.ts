import { encodeBase64url } from './base64url.ts';

/** Generates a key: 16 random bytes, base64url. */
export function generateKey(): string {
  return encodeBase64url(crypto.getRandomValues(new Uint8Array(16)));
}

/** Whether a credential has the form of a key; otherwise it is a token. */
export function isKey(credential: string): boolean {
  return /^[\w-]{22}$/.test(credential);
}

/** SHA-256 of the key's text, base64url: all that a document stores of it. */
export async function hashKey(key: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key));
  return encodeBase64url(new Uint8Array(digest));
}
