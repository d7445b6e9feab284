import type { Changes } from '../../protocol/answers/changes.ts';
import { waitHeader } from '../../protocol/headers.ts';

/** `wait`: the milliseconds before another request can have a different answer; null if unknown. */
export type ChangesResponse =
  | { readonly type: 'changed'; readonly changes: Changes; readonly wait: number | null }
  | { readonly type: 'unchanged'; readonly wait: number | null }
  /** There is no such document, or this reader has no access to it. */
  | { readonly type: 'missing' };

/**
 * Fetches the changes since a version, or the full document if the version is empty. Throws a
 * `TypeError` if the service cannot be reached, and an `Error` for an unexpected response.
 */
export async function fetchChanges(
  source: string,
  version: string,
  signal: AbortSignal,
  credential: string | null = null,
): Promise<ChangesResponse> {
  const query = version === '' ? '' : `?since=${encodeURIComponent(version)}`;
  const response = await fetch(source + query, {
    headers: {
      accept: 'application/json',
      // Without this, `no-store` adds `no-cache`, which asks the service for more than its cache has.
      'cache-control': 'max-age=5',
      ...(credential && { authorization: `Bearer ${credential}` }),
    },
    // On a 304 the browser's cache would return the stored body as a new one.
    cache: 'no-store',
    signal,
  });
  const wait = Number(response.headers.get(waitHeader)) || null;
  if (response.status === 304) return { type: 'unchanged', wait };
  if ([401, 403, 404, 410].includes(response.status)) return { type: 'missing' };
  if (!response.ok) throw new Error(`Cannot read document: status ${response.status}`);
  const changes: Changes = await response.json();
  if (typeof changes.version !== 'string' || !Array.isArray(changes.blocks)) {
    throw new Error('Cannot read document: the response is not a list of changes');
  }
  return { type: 'changed', changes, wait };
}
