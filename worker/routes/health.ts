import type { App } from '../http/cache-control.ts';
import type { Dependencies } from './dependencies.ts';

/**
 * `GET /healthz`: 200 while the process can store documents and has room for requests, else 503. Contacts
 * no document.
 */
export function addHealthRoute(app: App, { settings }: Pick<Dependencies, 'settings'>): void {
  app.get('/healthz', (c) => {
    const status = settings.health();
    if (status === 'ok') return c.json({ status });
    return c.json({ status }, 503, { 'retry-after': '5' });
  });
}
