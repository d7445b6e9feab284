import type { MiddlewareHandler } from 'hono';

/** What may be kept of an answer by the one who asked: see {@link values}. */
export type Caching = keyof typeof values;

const values = {
  /** Nothing, by nobody. */
  never: 'private, no-store',
  /** To be asked for again each time, with its ETag. */
  revalidate: 'private, no-cache',
  /** Files of ours that are the same for everybody and seldom change. */
  hour: 'public, max-age=3600',
} as const;

/** What a handler says of its answer; without a word it is `never`. */
export interface CachingVariables {
  readonly Variables: { caching?: Caching };
}

/**
 * Runs around everything else, and so last: it alone decides `Cache-Control`, also for answers that
 * nobody thought of. Errors are never kept. What our own cache keeps is decided in
 * cached-readings.ts; this is about browsers, and what may stand between them and us.
 */
export const setCacheControl: MiddlewareHandler<CachingVariables> = async (c, next) => {
  await next();
  // An upgrade is no answer to be kept, and its headers are the platform's.
  if (c.res.status === 101) return;
  const caching = c.res.status >= 400 ? 'never' : c.get('caching') ?? 'never';
  // Not by `c.header`, which would copy the whole answer; ours can all be written to.
  c.res.headers.set('cache-control', values[caching]);
};
