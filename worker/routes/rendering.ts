/** What the routes that read a document have in common. */
import { waitHeader } from '../../protocol/headers.ts';
import type { AuthorizedDocument } from '../access/authorized-document.ts';
import { credentialFrom } from '../access/credential.ts';
import { serviceUrl } from '../access/origins.ts';
import {
  CachedRenderings,
  type CacheScope,
  keyScope,
  publicScope,
} from '../cache/cached-renderings.ts';
import { type CachedResult, DirectRenderings, type Renderings } from '../cache/renderings.ts';
import { monotonicNow } from '../clock.ts';
import type { AppContext } from '../http/cache-control.ts';
import { badRequest, notFound } from '../http/problem.ts';
import type { Dependencies } from './dependencies.ts';

/** The longest `?wait=`, in seconds. Proxies give up on a request after a minute. */
const maxWait = 50;

/**
 * Renders a document for a page. Throws a Problem for a request without access, also when the
 * rendering is cached.
 */
export async function renderPage(
  c: AppContext,
  { access, settings }: Pick<Dependencies, 'access' | 'settings'>,
  name: string,
  credential = credentialFrom(c.req.raw),
): Promise<CachedResult> {
  const document = await access.document(c.req.raw, name, credential);
  const renderings = renderingsFor(c, settings, { name, document });
  return await renderings.read('page', [], { fresh: wantsFresh(c) });
}

/** The renderings of a document, cached where the cache may serve this principal. */
export function renderingsFor(
  c: AppContext,
  settings: Dependencies['settings'],
  { name, document }: { readonly name: string; readonly document: AuthorizedDocument },
): Renderings {
  const scope = scopeOf(document);
  if (scope === null) return new DirectRenderings(document);
  c.set('caching', 'revalidate');
  const base = serviceUrl(c, settings);
  return new CachedRenderings(settings.cache, document, { base, name, scope });
}

/** The clients that share a cached response; null for a token, whose responses are not cached. */
function scopeOf({ principal }: AuthorizedDocument): CacheScope | null {
  switch (principal.kind) {
    case 'open':
      return publicScope;
    case 'key':
      return keyScope(principal.hash);
    case 'token':
      return null;
  }
}

type WithoutBody = Exclude<CachedResult, { readonly status: 'read' }>;

/** A result with a body, of any form. */
export interface ReadResult {
  readonly status: 'read';
  readonly tag: string;
  readonly wait: number;
  readonly isHit: boolean;
}

/** Responds with a rendering: what `whenRead` returns, 304, or 404. */
export function respond<R extends ReadResult>(
  c: AppContext,
  result: WithoutBody | R,
  whenRead: (read: R) => Response,
): Response {
  if (result.status === 'missing') throw notFound();
  if (result.wait > 0) c.header(waitHeader, String(result.wait));
  // RFC 9211.
  c.header('cache-status', result.isHit ? 'edgepad; hit' : 'edgepad; fwd=miss');
  return result.status === 'read'
    ? whenRead(result)
    : c.body(null, 304, { etag: `"${result.tag}"` });
}

/** Whether the client asks for a response that is not from a cache, as browsers do on reload. */
export function wantsFresh(c: AppContext): boolean {
  return /\b(no-cache|max-age=0)\b/.test(c.req.header('cache-control') ?? '');
}

/** How long to hold the request, in milliseconds, from `?wait=SECONDS`. */
export function waitOf(c: AppContext): number {
  const wait = c.req.query('wait');
  if (wait === undefined) return 0;
  if (/^\d{1,4}$/.test(wait)) return Math.min(Number(wait), maxWait) * 1_000;
  throw badRequest(`"wait" must be a number of seconds, at most ${maxWait}.`);
}

/** Repeats `read` until it returns something else than `unchanged`, or the time is up. */
export async function waitForChange(
  read: () => Promise<CachedResult>,
  milliseconds: number,
): Promise<CachedResult> {
  const deadline = monotonicNow() + milliseconds;
  for (;;) {
    const result = await read();
    const left = deadline - monotonicNow();
    if (result.status !== 'unchanged' || left <= 0) return result;
    await sleep(Math.min(result.wait, left));
  }
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
