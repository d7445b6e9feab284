/** Keys: secrets in links. A document keeps the hash of each, and nobody keeps the secret for it. */

import { encodeBase64url } from './base64url.ts';

/** 16 random bytes, as base64url. */
const keyPattern = /^[\w-]{22}$/;

export function newKey(): string {
  return encodeBase64url(crypto.getRandomValues(new Uint8Array(16)));
}

export function isKey(credential: string): boolean {
  return keyPattern.test(credential);
}

/** SHA-256 of the key's text, base64url: what a document knows it by. */
export async function hashOf(key: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key));
  return encodeBase64url(new Uint8Array(digest));
}

/** Short, easy to read aloud, and not to be guessed: 60 random bits. A name is no secret. */
export function newName(): string {
  const letters = 'abcdefghijkmnpqrstuvwxyz23456789';
  const random = crypto.getRandomValues(new Uint8Array(12));
  return [...random].map((byte) => letters[byte % letters.length]).join('');
}
