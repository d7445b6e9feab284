/**
 * Maps errors to HTTP responses in the format problem+json (RFC 9457). Programs may rely on `status`
 * and `code`. `title` and `detail` are for people.
 */
import type { Denial, DenialCode } from '../core/access/principal.ts';

/** The code of {@link documentUnavailable}. */
export const unavailableCode = 'unavailable';

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    title: string,
    detail: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    this.status = status;
    this.code = code;
    this.title = title;
    this.headers = headers;
  }

  toResponse(): Response {
    const { status, code, title, message: detail, headers } = this;
    const type = `urn:edgepad:problem:${code}`;
    return new Response(JSON.stringify({ type, title, status, code, detail }), {
      status,
      headers: {
        ...headers,
        'content-type': 'application/problem+json',
        // The middleware sets these too, but not on what a host answers itself.
        'cache-control': 'private, no-store',
        'x-content-type-options': 'nosniff',
      },
    });
  }
}

/** The same response for an invalid name, a missing document and an unknown path. */
export function notFound(): Problem {
  return new Problem(
    404,
    'not-found',
    'Not found',
    'There is no document at this address, or nothing has been written in it yet. Check the link, ' +
      'or ask the person who sent it.',
  );
}

/** No setting grants access to anyone yet. */
export function notConfigured(): Problem {
  return new Problem(
    401,
    'closed',
    'This service is not configured',
    'No one has access yet. To grant access, the operator can set a token secret with ' +
      '"npx wrangler secret put EDGEPAD_TOKEN_SECRETS", or let anyone create documents with ' +
      'EDGEPAD_CREATION=anyone. For development, "npm run dev" opens every document on ' +
      'http://localhost.',
  );
}

const denials: Readonly<
  Record<Exclude<DenialCode, 'busy'>, readonly [status: number, title: string]>
> = {
  'unauthenticated': [401, 'Access required'],
  'bad-token': [401, 'Invalid token'],
  'token-expired': [401, 'Access expired'],
  'not-found': [404, 'Not found'],
  'forbidden': [403, 'Not allowed'],
  'revoked': [403, 'Access revoked'],
  'limit-reached': [409, 'Limit reached'],
  'not-stored': [503, 'Cannot store changes'],
};

/** The response to a denial. Its close code for sockets is in core/access/principal.ts. */
export function denied({ code, detail }: Denial): Problem {
  if (code === 'busy') return overloaded();
  const [status, title] = denials[code];
  // The same text in every case, so that it does not tell which document exists.
  if (code === 'not-found') return notFound();
  if (status === 503) {
    return new Problem(status, code, title, `${detail}.`, { 'retry-after': '60' });
  }
  if (status !== 401) return new Problem(status, code, title, `${detail}.`);
  // RFC 6750 section 3: no error code if the request has no credential.
  const challenge = code === 'unauthenticated' ? 'Bearer' : 'Bearer error="invalid_token"';
  return new Problem(status, code, title, `${detail}.`, { 'www-authenticate': challenge });
}

export function creationOff(): Problem {
  return new Problem(
    403,
    'creation-off',
    'Creation is disabled',
    'This service does not create new documents. The operator can change EDGEPAD_CREATION.',
  );
}

export function nameTaken(): Problem {
  return new Problem(
    409,
    'name-taken',
    'Name taken',
    'A document with this name exists already. Choose another name.',
  );
}

/** The request is invalid; `detail` says what would be valid. */
export function badRequest(detail: string): Problem {
  return new Problem(400, 'bad-request', 'Invalid request', detail);
}

/** The path exists, but only for the given methods. */
export function methodNotAllowed(methods: readonly string[]): Problem {
  const allow = methods.join(', ');
  const detail = `This address supports ${allow}.`;
  return new Problem(405, 'method-not-allowed', 'Method not allowed', detail, { allow });
}

export function foreignOrigin(): Problem {
  return new Problem(
    403,
    'foreign-origin',
    'Origin not allowed',
    'Pages of other sites may not use this service. The operator can allow them in EDGEPAD_ORIGINS.',
  );
}

export function tooManyRequests(): Problem {
  return new Problem(
    429,
    'too-many',
    'Too many requests',
    'There were too many requests from your address. Try again in a minute.',
    { 'retry-after': '60' },
  );
}

/** A budget of the process is spent. The same request may succeed later. */
export function overloaded(): Problem {
  return new Problem(
    503,
    'overloaded',
    'Service busy',
    'The service handles as many requests as it can. Try again in a few seconds.',
    { 'retry-after': '5' },
  );
}

/** The object of the document was reset or is overloaded. The same request may succeed later. */
export function documentUnavailable(): Problem {
  return new Problem(
    503,
    unavailableCode,
    'Document restarting',
    'The document is restarting. Everything saved is safe. Try again in a few seconds.',
    { 'retry-after': '2' },
  );
}

/** The document takes too long to render. `retryAfter` in seconds. */
export function renderingUnavailable(retryAfter: number): Problem {
  return new Problem(
    503,
    'not-rendered',
    'Document not rendered',
    'Rendering this document in this format takes too long. Editing it goes on. Try again later, or delete some content.',
    { 'retry-after': String(retryAfter) },
  );
}

/** The problem for a thrown error. An unexpected one is logged, and its details are not sent. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  console.error('Unexpected error:', error);
  return new Problem(
    500,
    'internal-error',
    'Internal error',
    'The service failed to handle this request. Everything saved is safe. Try again in a moment.',
  );
}
