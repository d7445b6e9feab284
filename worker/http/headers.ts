import { isEmbedOrigin } from '../../protocol/embed-origin.ts';

/** What every page and every rendering says about itself to a browser. */

/** Our own pages: nothing inline, nothing from elsewhere, and in the frames of those alone. */
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

/** What a page of ours never needs, and what runs in it never gets. */
const permissions = ['camera', 'display-capture', 'geolocation', 'microphone', 'payment', 'usb']
  .map((name) => `${name}=()`).join(', ');

const always = {
  'content-type': 'text/html; charset=utf-8',
  'permissions-policy': permissions,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

export const pageHeaders = { ...always, 'content-security-policy': pagePolicy(`'none'`) };

/** For pages that are made to be shown in other sites: these, and our own. */
export function embedHeaders(origins: ReadonlySet<string>): typeof pageHeaders {
  // There is no way to write the origin `null` here: nothing that has it can be told apart.
  const listed = [...origins].filter(isEmbedOrigin);
  return { ...always, 'content-security-policy': pagePolicy([`'self'`, ...listed].join(' ')) };
}

/** An exported document may hold anything somebody typed: it runs nothing and reaches nothing. */
export const exportHeaders = {
  'content-security-policy':
    `default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; sandbox`,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
