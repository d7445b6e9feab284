import type { App } from '../http/cache-control.ts';
import type { Dependencies } from './dependencies.ts';

/**
 * `GET /healthz`: 200 while the process can store documents, else 503. Contacts no document. Reading
 * goes on without storage.
 */
export function addHealthRoute(app: App, { settings }: Pick<Dependencies, 'settings'>): void {
  app.get(
    '/healthz',
    (c) => settings.canStore() ? c.json({ status: 'ok' }) : c.json({ status: 'read-only' }, 503),
  );
}
