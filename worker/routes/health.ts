import type { Hono } from 'hono';
import type { CachingVariables } from '../http/cache-control.ts';

/**
 * `GET /healthz`: that the service answers, for whoever restarts it when it does not. Asks no
 * document and tells nothing, so everybody may ask.
 */
export function addHealthRoute(app: Hono<CachingVariables>): void {
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
}
