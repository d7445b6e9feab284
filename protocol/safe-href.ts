/**
 * Which links and image addresses may stand in a document: the one rule for paste, the link
 * command, the editor's view, rendering and import.
 */

const linkSchemes: ReadonlySet<string> = new Set(['http', 'https', 'mailto', 'tel']);

/** Longer addresses are no links: nobody follows them, and a page may repeat them many times. */
const longestAddress = 2048;

/**
 * The address a link may carry, or null where the link has to be dropped and its text kept. Allows
 * `http`, `https`, `mailto`, `tel`, relative addresses and `#…`. The answer is cleaned as browsers
 * clean it (see {@link clean}), so it, and not the argument, is what goes into the document or page.
 * It is not escaped.
 */
export function safeHref(href: string): string | null {
  const address = clean(href);
  if (address === null) return null;
  const scheme = schemeOf(address);
  return scheme === null || linkSchemes.has(scheme) ? address : null;
}

/**
 * The address an image may be loaded from, or null: `https://…`, or a path on the page's own origin
 * (`/…`). A relative path is refused, since the same document is shown under several addresses.
 */
export function safeImageSource(src: string): string | null {
  const address = clean(src);
  if (address === null) return null;
  // Browsers take `/\host` for `//host`, which is another origin.
  return /^https:\/\/[^/\\]/i.test(address) || /^\/(?![/\\])/.test(address) ? address : null;
}

/**
 * What a browser makes of an address before it looks for the scheme: control characters and spaces
 * at the ends go, tabs and line breaks go everywhere. Other control characters go too, and a space
 * inside becomes `%20`, so the answer is one word in every output format.
 */
function clean(address: string): string | null {
  if (address.length > longestAddress) return null;
  const cleaned = address
    .replace(/^[\0-\x20]+|[\0-\x20]+$/g, '')
    // deno-lint-ignore no-control-regex -- these are the characters it is about
    .replace(/[\0-\x1f\x7f-\x9f\u2028\u2029]+/g, '')
    .replaceAll(' ', '%20');
  return cleaned === '' ? null : cleaned;
}

/**
 * The scheme in lower case, or null for a relative address. White space and invisible characters
 * are taken out first: a browser would read `java\u200bscript:` as a relative path, but what reads
 * our Markdown or JSON may not.
 */
function schemeOf(address: string): string | null {
  const visible = address.replace(/%20|[\s\p{Cc}\p{Cf}]/gu, '');
  return /^([a-z][a-z0-9+.-]*):/i.exec(visible)?.[1]?.toLowerCase() ?? null;
}
