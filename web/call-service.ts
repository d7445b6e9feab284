import { authorization } from './credential.ts';

/** Why the service has not done what it was asked to, in words for the person who asked. */
export class ServiceError extends Error {
  /** Of the answer; 0 where there was none. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly credential: string | null;
  readonly body?: unknown;
}

/**
 * Asks the service, and answers what its JSON holds; null where there is none. Throws a
 * {@link ServiceError} when it cannot be reached or refuses.
 */
export async function callService({ method, path, credential, body }: Call): Promise<unknown> {
  const headers: Record<string, string> = {
    accept: 'application/json',
    ...authorization(credential),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  };
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      cache: 'no-store',
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ServiceError(0, 'The service cannot be reached just now.');
  }
  if (!response.ok) throw new ServiceError(response.status, await refusalIn(response));
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return isJson ? await response.json() : null;
}

async function refusalIn(response: Response): Promise<string> {
  if (response.status === 429) {
    const seconds = Number(response.headers.get('retry-after'));
    return seconds > 0
      ? `That was too often just now. Try again in ${waitOf(seconds)}.`
      : 'That was too often just now. Try again in a minute.';
  }
  // A proxy or a captive portal answers with pages of its own.
  const isProblem = response.headers.get('content-type')?.includes('problem+json') ?? false;
  const problem: unknown = isProblem ? await response.json().catch(() => null) : null;
  return typeof problem === 'object' && problem !== null && 'detail' in problem &&
      typeof problem.detail === 'string'
    ? problem.detail
    : `The service answered with ${response.status}.`;
}

function waitOf(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
