import type { Context, MiddlewareHandler } from 'hono';
import { closeHeader, sessionHeader, waitHeader } from '../../protocol/headers.ts';
import { parseUrl } from '../http/url.ts';
import type { AccessSettings } from './settings.ts';

const allowedMethods = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const allowedHeaders =
  `authorization, cache-control, content-type, if-none-match, ${sessionHeader}, last-event-id`;
const exposedHeaders = `etag, location, retry-after, ${waitHeader}, ${closeHeader}`;

/**
 * Whether the origin of a request is this service's own or a listed one. A request without an origin
 * does not come from a page, so that only its credential counts.
 */
export function isAllowedOrigin(request: Request, settings: AccessSettings): boolean {
  const origin = request.headers.get('origin');
  return origin === null || isOwnOrigin(origin, request, settings) || settings.origins.has(origin);
}

/** Whether a request may use a token that is bound to an origin; null for a token that is not. */
export function mayUseToken(
  request: Request,
  boundOrigin: string | null,
  settings: AccessSettings,
): boolean {
  const origin = request.headers.get('origin');
  if (boundOrigin === null || origin === null || origin === boundOrigin) return true;
  // Our own pages check the origin of the site that embeds them: see docs/TOKENS.md.
  return isOwnOrigin(origin, request, settings);
}

/** Logged origins. Limited, because any client can make up origins. */
const logged = new Set<string>();
const maxLogged = 100;

/** Logs an origin once that is neither the service's own nor listed: its operator may have forgotten it. */
export function logForeignOrigin(request: Request): void {
  const origin = request.headers.get('origin')?.slice(0, 200) ?? '';
  if (logged.has(origin) || logged.size >= maxLogged) return;
  logged.add(origin);
  console.warn(
    `Rejected a request from a page of ${JSON.stringify(origin)}: EDGEPAD_ORIGINS does not list it`,
  );
}

/** CORS for the listed origins. Without cookies a page can only use credentials that it has. */
export function corsForListedOrigins({ origins }: AccessSettings): MiddlewareHandler {
  return async (c, next) => {
    const origin = c.req.header('origin') ?? null;
    const isListed = origin !== null && origins.has(origin);
    if (c.req.method === 'OPTIONS' && c.req.header('access-control-request-method')) {
      c.res = new Response(null, { status: 204 });
      if (isListed) {
        c.res.headers.set('access-control-allow-methods', allowedMethods);
        c.res.headers.set('access-control-allow-headers', allowedHeaders);
        c.res.headers.set('access-control-max-age', '600');
      }
    } else {
      await next();
    }
    if (c.res.status === 101) return;
    const vary = c.res.headers.get('vary');
    // A page of the service sets it too.
    if (origins.size > 0 && !/\borigin\b/i.test(vary ?? '')) c.res.headers.append('vary', 'Origin');
    if (!isListed) return;
    c.res.headers.set('access-control-allow-origin', origin);
    c.res.headers.set('access-control-expose-headers', exposedHeaders);
  };
}

/** The URL of the service in links, and the audience of tokens. Without a slash at the end. */
export function serviceUrl(c: Context, { publicUrl }: Pick<AccessSettings, 'publicUrl'>): string {
  return publicUrl ?? new URL(c.req.url).origin;
}

/** Compares hosts only: behind a proxy that ends TLS the request's scheme is `http`. */
function isOwnOrigin(origin: string, request: Request, settings: AccessSettings): boolean {
  if (settings.publicUrl !== null && origin === settings.publicUrl) return true;
  const parsed = parseUrl(origin);
  // An app or extension can choose any host, but under another scheme.
  return parsed !== null && /^https?:$/.test(parsed.protocol) &&
    parsed.host === new URL(request.url).host;
}
