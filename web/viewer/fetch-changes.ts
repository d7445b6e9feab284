import type { Changes } from '../../protocol/changes.ts';
import { waitHeader } from '../../protocol/headers.ts';

/** `wait`: for how many milliseconds it is not worth asking again; null where nobody said. */
export type ChangesResponse =
  | { readonly type: 'changed'; readonly changes: Changes; readonly wait: number | null }
  | { readonly type: 'unchanged'; readonly wait: number | null }
  /** There is no such document, or not for this reader. */
  | { readonly type: 'missing' };

/**
 * Asks for what has changed since a version; for everything where that is empty. Throws a
 * `TypeError` when the service cannot be reached, and an `Error` when it answers what makes no sense.
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
      ...(credential && { authorization: `Bearer ${credential}` }),
    },
    // The browser's own cache would answer a 304 with what it has, as if it were new.
    cache: 'no-store',
    signal,
  });
  const wait = Number(response.headers.get(waitHeader)) || null;
  if (response.status === 304) return { type: 'unchanged', wait };
  if ([401, 403, 404, 410].includes(response.status)) return { type: 'missing' };
  if (!response.ok) throw new Error(`Cannot read document: status ${response.status}`);
  const changes: Changes = await response.json();
  if (typeof changes.version !== 'string' || !Array.isArray(changes.blocks)) {
    throw new Error('Cannot read document: the answer holds none');
  }
  return { type: 'changed', changes, wait };
}
