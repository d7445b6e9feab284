import type { Context, Hono, MiddlewareHandler } from 'hono';

/** The values of `Cache-Control`. */
const values = {
  never: 'private, no-store',
  /** With an ETag: the browser revalidates each time. */
  revalidate: 'private, no-cache',
  /** For static files, which are the same for every client. */
  hour: 'public, max-age=3600',
} as const;

/** Variables of a request. A handler sets `caching`; the default is `never`. */
interface Environment {
  readonly Variables: { caching?: keyof typeof values };
}

export type App = Hono<Environment>;
export type AppContext = Context<Environment>;

/**
 * Sets `Cache-Control` on every response, and `never` on errors. It must be the outermost middleware.
 * What the service's own cache holds is decided in worker/cache.
 */
export const setCacheControl: MiddlewareHandler<Environment> = async (c, next) => {
  await next();
  // The headers of an upgrade belong to the platform.
  if (c.res.status === 101) return;
  const caching = c.res.status >= 400 ? 'never' : c.get('caching') ?? 'never';
  // Not `c.header`, which copies the response.
  c.res.headers.set('cache-control', values[caching]);
};
