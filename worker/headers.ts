/** What every page and every rendering says about itself to a browser. */

/** Our own pages: nothing inline, nothing from elsewhere, in nobody's frame. */
const pagePolicy = [
  `default-src 'none'`,
  `script-src 'self'`,
  `style-src 'self'`,
  `img-src 'self' https: data:`,
  `connect-src 'self'`,
  `manifest-src 'self'`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'none'`,
].join('; ');

export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': pagePolicy,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** An exported document may hold anything somebody typed: it runs nothing and reaches nothing. */
export const exportHeaders = {
  'content-security-policy':
    `default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; sandbox`,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
