/** The Worker: the routes over Durable Objects and static assets. */
import { waitUntil } from 'cloudflare:workers';
import { createApp } from '../app.ts';
import { EdgeCache } from '../edge-cache.ts';
import { MemoryCache } from '../memory-cache.ts';
import type { DocumentDurableObject } from './durable-object.ts';

export { DocumentDurableObject } from './durable-object.ts';

/** What wrangler.toml binds, and what a deployment may set. */
export interface Env {
  readonly DOCUMENTS: DurableObjectNamespace<DocumentDurableObject>;
  readonly ASSETS: Fetcher;
  /** `loopback` opens every document to this machine; see worker/access.ts. */
  readonly EDGEPAD_OPEN?: string;
}

/** Lives as long as the isolate; that it may be empty at any time is what a cache is. */
const memory = new MemoryCache();

let app: ReturnType<typeof createApp> | null = null;

export default {
  fetch(request, env) {
    // What is bound is the same for all requests of an isolate.
    app ??= createApp((name) => env.DOCUMENTS.getByName(name), {
      open: env.EDGEPAD_OPEN === 'loopback',
      asset: (path) => env.ASSETS.fetch(new URL(path, 'https://assets.invalid')),
      cache: new EdgeCache(memory, caches.default, waitUntil),
    });
    return app.fetch(request);
  },
} satisfies ExportedHandler<Env>;
