import { authorization, documentPath } from '../../access/document-address.ts';
import { problemDetail } from '../../access/problem.ts';
import { UserError } from './user-error.ts';

/** The service refused a request or could not be reached. */
export class ServiceError extends UserError {
  /** The HTTP status; 0 without a response. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

interface ServiceCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly credential: string | null;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/**
 * Calls the service and returns the JSON of its answer, or null if there is none. Throws a
 * {@link ServiceError} when the service refuses or cannot be reached.
 */
export async function callService(
  { method, path, credential, body }: ServiceCall,
): Promise<unknown> {
  const headers: Record<string, string> = {
    accept: 'application/json',
    ...authorization(credential),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  };
  const response = await fetchFromService(path, {
    method,
    headers,
    cache: 'no-store',
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new ServiceError(response.status, await reasonOf(response));
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return isJson ? await response.json() : null;
}

/** Like `fetch`, but throws a {@link ServiceError} if the service cannot be reached. */
export async function fetchFromService(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ServiceError(0, 'Cannot reach the service. Check your connection and try again.');
  }
}

/** Whether the credential permits reading the document. False when the service cannot be reached. */
export async function canRead(name: string, credential: string | null): Promise<boolean> {
  try {
    const headers = authorization(credential);
    const path = `${documentPath(name)}.txt`;
    return (await fetch(path, { method: 'HEAD', headers, cache: 'no-store' })).ok;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return false;
  }
}

async function reasonOf(response: Response): Promise<string> {
  if (response.status === 429) {
    return `Too many requests. Try again in ${waitOf(response.headers.get('retry-after'))}.`;
  }
  return await problemDetail(response) ||
    `The service answered with status ${response.status}. Try again later.`;
}

/** The wait that a Retry-After header asks for, in words. The service gives it in seconds. */
function waitOf(retryAfter: string | null): string {
  const seconds = Number(retryAfter);
  if (!(seconds > 0)) return 'a minute';
  if (seconds <= 1) return 'a second';
  return seconds < 90 ? `${Math.ceil(seconds)} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}
