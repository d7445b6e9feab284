import { limits } from './limits.ts';

const pattern = new RegExp(`^[A-Za-z0-9_~-]{1,${limits.documentNameLength}}$`);

/**
 * Whether this is the name of a document: 1–128 letters, digits, `-`, `_` or `~`. A dot is never
 * part of a name; in a URL it begins a format (`notes.html`). Names differ by case.
 */
export function isDocumentName(name: string): boolean {
  return pattern.test(name);
}
