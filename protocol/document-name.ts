import { limits } from './limits.ts';

const pattern = new RegExp(`^[A-Za-z0-9_~-]{1,${limits.documentNameLength}}$`);

/**
 * Whether `name` is a valid document name: 1–128 characters of `A–Z a–z 0–9 - _ ~`, case-sensitive. A
 * name has no dot, because a dot starts the format in a URL (`notes.html`).
 */
export function isDocumentName(name: string): boolean {
  return pattern.test(name);
}
