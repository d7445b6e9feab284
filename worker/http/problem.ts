/**
 * From an error to what the one who asked is told, once. Programs get problem+json (RFC 9457) and
 * may rely on `status` and `code`; `detail` is for people and says what to do.
 */
import type { Denial, DenialCode } from '../core/access/principal.ts';

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
      headers: { ...headers, 'content-type': 'application/problem+json' },
    });
  }
}

/** The same answer for a name that cannot be, a document that is not there and a wrong address. */
export function notFound(): Problem {
  return new Problem(
    404,
    'not-found',
    'Nothing here',
    'There is no document at this address, or nothing has been written in it yet. Check the link, ' +
      'or ask the one who sent it.',
  );
}

/** Nobody has said who may come in. */
export function closed(): Problem {
  return new Problem(
    401,
    'closed',
    'This service is closed',
    'Nobody has set up yet who may come in. Whoever runs it can set a secret for tokens with ' +
      '"npx wrangler secret put EDGEPAD_TOKEN_SECRETS", or let anyone make documents with ' +
      'EDGEPAD_CREATION=anyone. On your own machine, "npm run dev" opens every document to ' +
      'http://localhost.',
  );
}

const denials: Readonly<Record<DenialCode, readonly [status: number, title: string]>> = {
  'unauthenticated': [401, 'Not without a key'],
  'bad-token': [401, 'Not a good token'],
  'token-expired': [401, 'Expired'],
  'not-found': [404, 'Nothing here'],
  'forbidden': [403, 'Not allowed'],
  'revoked': [403, 'Withdrawn'],
  'limit-reached': [409, 'No more of these'],
};

/** What HTTP answers to a denial; what a socket is told stands in core/principal.ts. */
export function denied({ code, detail }: Denial): Problem {
  const [status, title] = denials[code];
  // Word for word the same, whatever it is that is not there.
  if (code === 'not-found') return notFound();
  if (status !== 401) return new Problem(status, code, title, `${detail}.`);
  // RFC 6750 section 3: no error where nothing was shown.
  const challenge = code === 'unauthenticated' ? 'Bearer' : 'Bearer error="invalid_token"';
  return new Problem(status, code, title, `${detail}.`, { 'www-authenticate': challenge });
}

export function creationOff(): Problem {
  return new Problem(403, 'creation-off', 'Not here', 'Nobody can make new documents here.');
}

export function nameTaken(): Problem {
  return new Problem(
    409,
    'name-taken',
    'Taken',
    'There is a document of this name. Choose another.',
  );
}

/** The request itself is wrong; `detail` says what would be right. */
export function badRequest(detail: string): Problem {
  return new Problem(400, 'bad-request', 'Not understood', detail);
}

/** Something is here, but not for this method; `methods` are those it is for. */
export function methodNotAllowed(methods: readonly string[]): Problem {
  const allow = methods.join(', ');
  return new Problem(405, 'method-not-allowed', 'Not in this way', `Possible here: ${allow}.`, {
    allow,
  });
}

export function foreignOrigin(): Problem {
  return new Problem(
    403,
    'foreign-origin',
    'Not from this page',
    'A page of another site may not connect to this service.',
  );
}

/** The problem an error stands for. One that nobody foresaw is reported, and told without detail. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  console.error('Unexpected error:', error);
  return new Problem(
    500,
    'internal-error',
    'Something failed here',
    'Nothing that was saved is lost. Try again in a moment.',
  );
}
