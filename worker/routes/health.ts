import type { App } from '../http/cache-control.ts';

/** `GET /healthz`: whether the process responds. Contacts no document. */
export function addHealthRoute(app: App): void {
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
}
