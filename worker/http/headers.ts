import { isEmbedOrigin } from '../../protocol/embed-origin.ts';

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
  'x-content-type-options': 'nosniff',
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
  'x-content-type-options': 'nosniff',
};
