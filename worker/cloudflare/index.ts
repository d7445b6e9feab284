/** The Worker: the routes over Durable Objects and static assets. */
import { createApp } from '../app.ts';
import type { DocumentDurableObject } from './durable-object.ts';

export { DocumentDurableObject } from './durable-object.ts';

/** What wrangler.toml binds, and what a deployment may set. */
export interface Env {
  readonly DOCUMENTS: DurableObjectNamespace<DocumentDurableObject>;
  readonly ASSETS: Fetcher;
  /** `loopback` opens every document to this machine; see worker/access.ts. */
  readonly EDGEPAD_OPEN?: string;
}

export default {
  fetch(request, env) {
    const app = createApp((name) => env.DOCUMENTS.getByName(name), {
      open: env.EDGEPAD_OPEN === 'loopback',
      asset: (path) => env.ASSETS.fetch(new URL(path, 'https://assets.invalid')),
    });
    return app.fetch(request);
  },
} satisfies ExportedHandler<Env>;
