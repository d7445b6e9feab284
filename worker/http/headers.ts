import type { MiddlewareHandler } from 'hono';
import { isEmbedOrigin } from '../../protocol/text/embed-origin.ts';

/** Security headers of pages and renderings. */

/** The policy of our pages: no inline code, nothing from other origins, limited embedding. */
function pagePolicy(frameAncestors: string): string {
  return [
    `default-src 'none'`,
    `script-src 'self'`,
    `style-src 'self'`,
    `img-src 'self' https: data:`,
    `connect-src 'self'`,
    `manifest-src 'self'`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `frame-ancestors ${frameAncestors}`,
  ].join('; ');
}

/** Features that our pages do not use. */
const permissionsPolicy = [
  'camera',
  'display-capture',
  'geolocation',
  'microphone',
  'payment',
  'usb',
]
  .map((name) => `${name}=()`).join(', ');

const commonHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'permissions-policy': permissionsPolicy,
  'referrer-policy': 'no-referrer',
};

export const pageHeaders = { ...commonHeaders, 'content-security-policy': pagePolicy(`'none'`) };

/** For pages that these origins, and our own pages, may embed. */
export function embedHeaders(origins: ReadonlySet<string>): typeof pageHeaders {
  // A policy cannot name the origin `null`.
  const listed = [...origins].filter(isEmbedOrigin);
  return {
    ...commonHeaders,
    'content-security-policy': pagePolicy([`'self'`, ...listed].join(' ')),
  };
}

/** For documents as files: their content is untrusted, and so runs no script and loads no page. */
export const exportHeaders = {
  'content-security-policy':
    `default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; sandbox`,
  'referrer-policy': 'no-referrer',
};

/**
 * Sets `nosniff` on every response, so that no browser takes a document for a page or a script. Keeps
 * documents out of search engines, also where a public page links to one with its key.
 */
export const setSafetyHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  // The headers of an upgrade belong to the platform.
  if (c.res.status === 101) return;
  // Not `c.header`, which copies the response.
  c.res.headers.set('x-content-type-options', 'nosniff');
  if (/^\/(?:docs|d|v|embed)\//.test(c.req.path)) c.res.headers.set('x-robots-tag', 'noindex');
};

/**
 * A body with its length, for answers as long as a document: on Deno the service counts the bytes
 * that clients have not read.
 */
export function withLength(
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>>,
): [body: Uint8Array<ArrayBuffer>, headers: Record<string, string>] {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  return [bytes as Uint8Array<ArrayBuffer>, { ...headers, 'content-length': String(bytes.length) }];
}
