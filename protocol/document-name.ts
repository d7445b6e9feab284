import { limits } from './limits.ts';

const pattern = new RegExp(`^[A-Za-z0-9_~-]{1,${limits.documentNameLength}}$`);

/**
 * Whether `name` is a valid document name: 1–128 characters of `A–Z a–z 0–9 - _ ~`, case-sensitive. A
 * name has no dot, because a dot starts the format in a URL (`notes.html`).
 */
export function isDocumentName(name: string): boolean {
  return pattern.test(name);
}

/** 32 characters that are not easily confused. */
const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';

/**
 * Generates a document name with a character for each random byte. 12 bytes give 60 random bits: enough
 * that no two documents get the same name. A name is not a secret.
 */
export function generateDocumentName(random: Uint8Array): string {
  return Array.from(random, (byte) => alphabet[byte % alphabet.length]).join('');
}
