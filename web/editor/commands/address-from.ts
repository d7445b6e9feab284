import { safeHref } from '../../../protocol/safe-href.ts';

/**
 * Completes an address as the user typed it: `example.com` gets `https://`, `ann@example.com` gets
 * `mailto:`. Returns null for an address that links may not have (see `safeHref`).
 */
export function addressFrom(input: string): string | null {
  const text = input.trim();
  if (/^[^\s@/:]+@[^\s@/:.]+(\.[^\s@/:.]+)+$/.test(text)) return safeHref(`mailto:${text}`);
  if (/^[^\s/:.?#]+(\.[^\s/:.?#]+)+(:\d+)?([/?#]|$)/.test(text)) return safeHref(`https://${text}`);
  return safeHref(text);
}
