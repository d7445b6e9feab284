import type { Context, MiddlewareHandler } from 'hono';
import { parseUrl } from '../http/parse-url.ts';
import type { AccessSettings } from './settings.ts';

const methods = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const headers = 'authorization, content-type, if-none-match, edgepad-session, last-event-id';
const exposed = 'etag, location, retry-after, edgepad-wait, edgepad-close';

/**
 * Whether a page may connect from where a request comes. Only a browser sends an Origin; it must be
 * this service's own or stand on the list, to the letter. Without one the request is no page's, and
 * its key or token is what counts.
 */
export function isAllowedOrigin(request: Request, settings: AccessSettings): boolean {
  const origin = request.headers.get('origin');
  return origin === null || isOwn(origin, request, settings) || settings.origins.has(origin);
}

/** Whether a token that is bound to an origin may be used by this request. */
export function fitsOrigin(
  bound: string | null,
  request: Request,
  settings: AccessSettings,
): boolean {
  const origin = request.headers.get('origin');
  // Our own pages look themselves whose frame they are in: see docs/TOKENS.md.
  return bound === null || origin === null || origin === bound || isOwn(origin, request, settings);
}

/**
 * CORS (Fetch standard): pages of listed sites may read what the service answers, with the key or
 * token they send along; there are no cookies that could be used behind somebody's back.
 */
export function shareWith(settings: AccessSettings): MiddlewareHandler {
  return async (c, next) => {
    const origin = c.req.header('origin') ?? null;
    const isListed = origin !== null && settings.origins.has(origin);
    if (c.req.method === 'OPTIONS' && c.req.header('access-control-request-method')) {
      c.res = new Response(null, { status: 204 });
      if (isListed) {
        c.res.headers.set('access-control-allow-methods', methods);
        c.res.headers.set('access-control-allow-headers', headers);
        c.res.headers.set('access-control-max-age', '600');
      }
    } else {
      await next();
    }
    if (c.res.status === 101) return;
    if (settings.origins.size > 0) c.res.headers.append('vary', 'Origin');
    if (!isListed) return;
    c.res.headers.set('access-control-allow-origin', origin);
    c.res.headers.set('access-control-expose-headers', exposed);
  };
}

/** What links begin with, and what tokens are for. */
export function serviceUrl(
  c: Context,
  { publicUrl }: Pick<AccessSettings, 'publicUrl'>,
): string {
  return publicUrl ?? new URL(c.req.url).origin;
}

/** By host alone: a proxy that ends TLS makes `http` of `https`. */
function isOwn(origin: string, request: Request, settings: AccessSettings): boolean {
  if (settings.publicUrl !== null && origin === settings.publicUrl) return true;
  const parsed = parseUrl(origin);
  // An app or an extension may have any name before which stands its own scheme.
  return parsed !== null && /^https?:$/.test(parsed.protocol) &&
    parsed.host === new URL(request.url).host;
}
