/**
 * Decides which link and image addresses a document may contain. Paste, import, the link command, the
 * editor and the renderers all use these functions.
 */

const linkSchemes: ReadonlySet<string> = new Set(['http', 'https', 'mailto', 'tel']);

/** Longer addresses are dropped: they are useless as links, and a page may repeat them many times. */
const maxAddressLength = 2048;

/**
 * Returns a safe address for a link, or null if the link must be dropped (its text stays). Allows
 * `http`, `https`, `mailto`, `tel`, relative addresses and fragments. The result is normalized as
 * browsers do (see {@link clean}): use it instead of the argument. It is not escaped.
 */
export function safeHref(href: string): string | null {
  const address = clean(href);
  if (address === null) return null;
  const scheme = schemeOf(address);
  return scheme === null || linkSchemes.has(scheme) ? address : null;
}

/**
 * Returns a safe address for an image, or null: `https://…`, or an absolute path on the page's own
 * origin (`/…`). Relative paths are rejected because a document is shown at several addresses.
 */
export function safeImageSource(src: string): string | null {
  const address = clean(src);
  if (address === null) return null;
  // Browsers read `/\host` as `//host`, which is another origin.
  return /^https:\/\/[^/\\]/i.test(address) || /^\/(?![/\\])/.test(address) ? address : null;
}

/**
 * Normalizes an address as the URL parser of browsers does before it reads the scheme: removes control
 * characters and spaces at both ends, and tabs and line breaks everywhere. It also removes all other
 * control characters and encodes inner spaces as `%20`, so that the result is one word in each format.
 *
 * @see https://url.spec.whatwg.org/#concept-basic-url-parser
 */
function clean(address: string): string | null {
  if (address.length > maxAddressLength) return null;
  const cleaned = trimControls(address)
    // deno-lint-ignore no-control-regex -- removing control characters is the purpose
    .replace(/[\0-\x1f\x7f-\x9f\u2028\u2029]+/g, '')
    .replaceAll(' ', '%20');
  return cleaned === '' ? null : cleaned;
}

/** Removes control characters and spaces at both ends. A pattern for the end would take n² steps. */
function trimControls(address: string): string {
  let start = 0;
  let end = address.length;
  while (start < end && address.charCodeAt(start) <= 0x20) start++;
  while (end > start && address.charCodeAt(end - 1) <= 0x20) end--;
  return address.slice(start, end);
}

/**
 * Returns the scheme in lower case, or null for a relative address. Ignores white space and invisible
 * characters: browsers read `java\u200bscript:` as a relative path, but readers of our Markdown or
 * JSON may not.
 */
function schemeOf(address: string): string | null {
  const visible = address.replace(/%20|[\s\p{Cc}\p{Cf}]/gu, '');
  return /^([a-z][a-z0-9+.-]*):/i.exec(visible)?.[1]?.toLowerCase() ?? null;
}
