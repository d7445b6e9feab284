/** What the readers of all editors make of a document. */
import { safeHref, safeImageSource } from '../../../../protocol/safe-href.ts';
import type { LineKind } from '../../../../protocol/schema.ts';
import { sanitizeText } from '../inline.ts';
import type { Content, Line } from '../tree.ts';
import type { Entry } from './nest.ts';

/** A line of a kind, without check mark and indentation. */
export function lineEntry(key: string, content: Content, kind: LineKind = 'text'): Line {
  return { type: 'line', key, kind, indent: 0, checked: false, content };
}

interface ImageAttributes {
  readonly src: unknown;
  readonly alt?: unknown;
  readonly title?: unknown;
  readonly indent?: number;
}

/** An image; its description where the source is not allowed. The values may be of any type. */
export function imageEntries(
  key: string,
  { indent = 0, ...attributes }: ImageAttributes,
): readonly Entry[] {
  const src = safeImageSource(oneLineOf(attributes.src));
  const alt = oneLineOf(attributes.alt);
  if (src !== null) {
    return [{ type: 'image', key, src, alt, title: oneLineOf(attributes.title) || null, indent }];
  }
  return alt === '' ? [] : [lineEntry(key, [{ type: 'text', text: alt, marks: [] }])];
}

/** A line with a link to a file, under its label or address. Nothing without an address. */
export function linkEntries(
  key: string,
  { href, label }: { readonly href: unknown; readonly label?: unknown },
): readonly Entry[] {
  const address = oneLineOf(href);
  const safe = safeHref(address);
  const text = oneLineOf(label) || address;
  if (text === '') return [];
  const marks = safe === null ? [] : [{ type: 'link', href: safe } as const];
  return [lineEntry(key, [{ type: 'text', text, marks }])];
}

function oneLineOf(value: unknown): string {
  return typeof value === 'string' ? sanitizeText(value).replaceAll('\n', ' ') : '';
}

/** The language of code, or null: it becomes part of a class name and of a Markdown fence. */
export function languageOf(value: unknown): string | null {
  return typeof value === 'string' && /^[\w+#.-]{1,32}$/.test(value) ? value : null;
}

/** The value, or 1 when it is not an integer in this range. */
export function wholeNumber(value: unknown, min: number, max: number): number {
  const number = Number.isInteger(value) ? Number(value) : 1;
  return number >= min && number <= max ? number : 1;
}

/** The highest number that a list may start with, as in Markdown. */
export const maxListStart = 999_999_999;
