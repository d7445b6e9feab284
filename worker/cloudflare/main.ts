/** The Worker: serves the routes, with documents in Durable Objects. */
import { waitUntil } from 'cloudflare:workers';
import type { RateLimitedAction } from '../access/abuse-limits.ts';
import { type AccessEnvironment, readSettings } from '../access/settings.ts';
import { createApp } from '../app.ts';
import { monotonicNow } from '../clock.ts';
import { EdgeCache } from '../cache/edge-cache.ts';
import { MemoryCache } from '../cache/memory-cache.ts';
import { networkOf } from '../access/network.ts';
import { ByteBudget } from '../http/byte-budget.ts';
import type { App } from '../http/cache-control.ts';
import { limitBody } from '../http/limited-body.ts';
import type { DocumentDurableObject } from './document.ts';
import { writeContent } from '../write-content.ts';
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

/** Bytes of bodies whose requests are not answered. An isolate has 128 MiB for everything. */
const bodies = new ByteBudget({
  maxBytes: 48 * 1024 * 1024,
  maxBytesPerClient: 16 * 1024 * 1024,
  freeBytes: 64 * 1024,
});

let app: App | null = null;

export default {
  fetch(request, env) {
    // The bindings are the same for every request of an isolate.
    app ??= createApp((name) => env.DOCUMENTS.getByName(name), {
      ...readSettings(env),
      asset: (path) => env.ASSETS.fetch(new URL(path, 'https://assets.invalid')),
      // Each object has a storage of its own.
      health: () => 'ok',
      cache: new EdgeCache(memory, caches.default, waitUntil),
      limiter: {
        async allow(action, key) {
          return (await limiterFor(env, action).limit({ key })).success;
        },
      },
      addressOf,
      writeContent: (_, source) => writeContent(source),
      refuseUpgrade: (_, refusal) => refuseUpgrade(refusal),
    });
    return fetchWithinBudget(app, request);
  },
} satisfies ExportedHandler<Env>;

/** Runs the routes. A body counts until they have answered. */
async function fetchWithinBudget(app: App, request: Request): Promise<Response> {
  // The object of the document reads a file, whose stream passes through.
  if (!request.body || new URL(request.url).pathname.endsWith('/import')) {
    return await app.fetch(request);
  }
  const share = bodies.open(networkOf(addressOf(request) ?? ''));
  try {
    const body = limitBody(request.body, share, monotonicNow);
    return await app.fetch(new Request(request, { body }));
  } finally {
    share.release();
  }
}

function addressOf(request: Request): string | null {
  return request.headers.get('cf-connecting-ip');
}

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
