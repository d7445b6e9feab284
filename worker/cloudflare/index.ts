/** The Worker: the routes over Durable Objects and static assets. */
import { waitUntil } from 'cloudflare:workers';
import type { Counted } from '../access/abuse-limits.ts';
import { createApp } from '../app.ts';
import { EdgeCache } from '../cache/edge-cache.ts';
import { MemoryCache } from '../cache/memory-cache.ts';
import { type AccessEnvironment, readSettings } from '../access/settings.ts';
import type { DocumentDurableObject } from './durable-object.ts';
import { refuse } from './refuse.ts';

export { DocumentDurableObject } from './durable-object.ts';

/** What wrangler.toml binds, and what a deployment may set. */
export interface Env extends AccessEnvironment {
  readonly DOCUMENTS: DurableObjectNamespace<DocumentDurableObject>;
  readonly ASSETS: Fetcher;
  readonly HANDSHAKES: RateLimit;
  readonly CREATIONS: RateLimit;
  readonly FAILURES: RateLimit;
}

/** Lives as long as the isolate; that it may be empty at any time is what a cache is. */
const memory = new MemoryCache();

let app: ReturnType<typeof createApp> | null = null;

export default {
  fetch(request, env) {
    // What is bound is the same for all requests of an isolate.
    app ??= createApp((name) => env.DOCUMENTS.getByName(name), {
      ...readSettings(env),
      asset: (path) => env.ASSETS.fetch(new URL(path, 'https://assets.invalid')),
      cache: new EdgeCache(memory, caches.default, waitUntil),
      limiter: {
        async allow(what, key) {
          return (await limiterFor(env, what).limit({ key })).success;
        },
      },
      addressOf: (request) => request.headers.get('cf-connecting-ip'),
      refuseUpgrade: (_, refusal) => refuse(refusal),
    });
    return app.fetch(request);
  },
} satisfies ExportedHandler<Env>;

function limiterFor(env: Env, what: Counted): RateLimit {
  switch (what) {
    case 'handshake':
      return env.HANDSHAKES;
    case 'creation':
      return env.CREATIONS;
    case 'failure':
      return env.FAILURES;
  }
}
