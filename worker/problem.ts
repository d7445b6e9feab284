/**
 * From an error to what the one who asked is told, once. Programs get problem+json (RFC 9457) and
 * may rely on `status` and `code`; `detail` is for people and says what to do.
 */
import type { Role } from '../protocol/messages.ts';

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;

  constructor(status: number, code: string, title: string, detail: string) {
    super(detail);
    this.status = status;
    this.code = code;
    this.title = title;
  }

  toResponse(): Response {
    const { status, code, title, message: detail } = this;
    const type = `urn:edgepad:problem:${code}`;
    const headers = new Headers({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
    });
    // RFC 9110 15.5.6 wants it.
    if (status === 405) headers.set('allow', 'GET, HEAD');
    return new Response(JSON.stringify({ type, title, status, code, detail }), { status, headers });
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

export function methodNotAllowed(): Problem {
  return new Problem(
    405,
    'method-not-allowed',
    'Not that way',
    'Addresses here are read, with GET or HEAD. A document is changed over its WebSocket.',
  );
}

export function closed(): Problem {
  return new Problem(
    401,
    'closed',
    'This service is closed',
    'Documents here open only to those who can prove that they may. On your own machine, ' +
      '"npm run dev" opens every document to http://localhost.',
  );
}

export function foreignOrigin(): Problem {
  return new Problem(
    403,
    'foreign-origin',
    'Not from this page',
    'A page of another site may not connect to this service.',
  );
}

export function forbidden(role: Role): Problem {
  return new Problem(
    403,
    'forbidden',
    'Not allowed',
    `With the role "${role}" this is not allowed.`,
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
