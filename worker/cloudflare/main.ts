/** The Worker: serves the routes, with documents in Durable Objects. */
import { waitUntil } from 'cloudflare:workers';
import type { RateLimitedAction } from '../access/abuse-limits.ts';
import { type AccessEnvironment, readSettings } from '../access/settings.ts';
import { createApp } from '../app.ts';
import { EdgeCache } from '../cache/edge-cache.ts';
import { MemoryCache } from '../cache/memory-cache.ts';
import type { DocumentDurableObject } from './document.ts';
import { refuseUpgrade } from './upgrades.ts';

export { DocumentDurableObject } from './document.ts';

/** The bindings of wrangler.toml and the settings of a deployment. */
export interface Env extends AccessEnvironment {
  readonly DOCUMENTS: DurableObjectNamespace<DocumentDurableObject>;
  readonly ASSETS: Fetcher;
  readonly HANDSHAKES: RateLimit;
  readonly CREATIONS: RateLimit;
  readonly FAILURES: RateLimit;
}

/** Shared by all requests of this isolate. */
const memory = new MemoryCache();

let app: ReturnType<typeof createApp> | null = null;

export default {
  fetch(request, env) {
    // The bindings are the same for every request of an isolate.
    app ??= createApp((name) => env.DOCUMENTS.getByName(name), {
      ...readSettings(env),
      asset: (path) => env.ASSETS.fetch(new URL(path, 'https://assets.invalid')),
      cache: new EdgeCache(memory, caches.default, waitUntil),
      limiter: {
        async allow(action, key) {
          return (await limiterFor(env, action).limit({ key })).success;
        },
      },
      addressOf: (request) => request.headers.get('cf-connecting-ip'),
      refuseUpgrade: (_, refusal) => refuseUpgrade(refusal),
    });
    return app.fetch(request);
  },
} satisfies ExportedHandler<Env>;

function limiterFor(env: Env, action: RateLimitedAction): RateLimit {
  switch (action) {
    case 'handshake':
      return env.HANDSHAKES;
    case 'creation':
      return env.CREATIONS;
    case 'failure':
      return env.FAILURES;
  }
}
