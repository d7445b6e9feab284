import { documentPath } from './document-address.ts';
import { problemDetail } from './problem.ts';

/** The service refused a request or could not be reached. `message` is for the person who asked. */
export class ServiceError extends Error {
  /** The HTTP status; 0 without a response. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface ServiceCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly credential: string | null;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** The header that carries a credential. */
export function authorization(credential: string | null): Record<string, string> {
  return credential === null ? {} : { authorization: `Bearer ${credential}` };
}

/**
 * Calls the service and returns the JSON of its answer, or null without any. Throws a
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
    throw new ServiceError(0, unreachable);
  }
  if (!response.ok) throw new ServiceError(response.status, await refusalIn(response));
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return isJson ? await response.json() : null;
}

/** For the person, when no response came. */
export const unreachable = 'Cannot reach the service. Check your connection and try again.';

/** Whether the credential permits reading the document. False when the service cannot be reached. */
export async function canRead(name: string, credential: string | null): Promise<boolean> {
  try {
    const { ok } = await fetch(`${documentPath(name)}.txt`, {
      method: 'HEAD',
      headers: authorization(credential),
      cache: 'no-store',
    });
    return ok;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return false;
  }
}

async function refusalIn(response: Response): Promise<string> {
  if (response.status === 429) {
    return `Too many requests. Try again in ${waitOf(response.headers.get('retry-after'))}.`;
  }
  return await problemDetail(response) ||
    `The service answered with status ${response.status}. Try again later.`;
}

/** Of the header Retry-After, in seconds. */
function waitOf(retryAfter: string | null): string {
  const seconds = Number(retryAfter);
  if (!(seconds > 0)) return 'a minute';
  return seconds < 90 ? `${Math.ceil(seconds)} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}
