import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createApp } from '../../../worker/app.ts';
import type { DocumentHandle } from '../../../worker/document.ts';
import { EdgeCache } from '../../../worker/cache/edge-cache.ts';
import { EmbedOriginCache } from '../../../worker/cache/embed-origins.ts';
import { MemoryCache } from '../../../worker/cache/memory-cache.ts';
import { readSettings } from '../../../worker/access/settings.ts';
import { DataCenter } from '../../support/service/data-center.ts';

const service = 'https://pad.example';
const site = 'https://site.example';

/** Documents that record their calls, behind the cache of a data center with several isolates. */
class World {
  readonly lists = new Map<string, readonly string[]>();
  calls: string[] = [];
  /** How long a document takes to answer, in milliseconds; null to fail. */
  delay: number | null = 10;
  /** Whether the rate limit allows calls. */
  mayCall = true;
  readonly shared = new DataCenter();

  isolate() {
    const cache = new EdgeCache(new MemoryCache(), this.shared, () => {});
    const cached = new EmbedOriginCache((name) => this.#document(name), cache);
    return {
      get: (name: string) => cached.get(service, name, () => Promise.resolve(this.mayCall)),
      set: (name: string, origins: readonly string[]) => cached.set(service, name, origins),
    };
  }

  /** The service over these documents, for an address with this many calls left. */
  app(left: number) {
    return createApp((name) => this.#document(name), {
      ...readSettings({ EDGEPAD_CREATION: 'anyone', EDGEPAD_ORIGINS: 'https://listed.example' }),
      writeContent: () => Promise.reject(new Error('Not used')),
      asset: () => Promise.resolve(new Response('{{name}} {{theme}} {{origins}}')),
      health: () => 'ok',
      addressOf: () => '10.0.0.1',
      limiter: { allow: (what) => Promise.resolve(what === 'handshake' && left-- > 0) },
      refuseUpgrade: () => new Response(),
      cache: new EdgeCache(new MemoryCache(), this.shared, () => {}),
    });
  }

  #document(name: string): DocumentHandle {
    const call = async () => {
      this.calls.push(name);
      const origins = this.lists.get(name) ?? [];
      if (this.delay === null) throw new Error('Out of service');
      await new Promise((resolve) => setTimeout(resolve, this.delay ?? 0));
      return origins;
    };
    return { call, fetch: () => Promise.reject(new Error('Not called')) };
  }
}

/** Advances the clock until the promise settles. */
async function settle<T>(promise: Promise<T>): Promise<T> {
  let isSettled = false;
  const settled = promise.finally(() => isSettled = true);
  while (!isSettled) await vi.advanceTimersByTimeAsync(5);
  return await settled;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('F8 embed origins for clients without a credential', () => {
  test('[F8 P6] a document, existing or not, is called once a minute by any number of clients', async () => {
    const world = new World();
    world.lists.set('notes', [site]);
    const [one, other] = [world.isolate(), world.isolate()];
    const all = await settle(Promise.all(Array.from({ length: 50 }, () => one.get('notes'))));
    expect(all).toEqual(Array.from({ length: 50 }, () => [site]));
    expect(await settle(other.get('notes'))).toEqual([site]);
    for (let i = 0; i < 50; i++) expect(await settle(one.get('nothing'))).toEqual([]);
    expect(world.calls).toEqual(['notes', 'nothing']);
    world.lists.set('notes', []);
    await vi.advanceTimersByTimeAsync(61_000);
    for (const isolate of [one, other]) expect(await settle(isolate.get('notes'))).toEqual([]);
    expect(world.calls).toEqual(['notes', 'nothing', 'notes']);
  });

  test('[F8] a change takes effect at once in this isolate, also for a request in progress', async () => {
    const world = new World();
    world.lists.set('notes', [site]);
    const here = world.isolate();
    const request = here.get('notes');
    await vi.advanceTimersByTimeAsync(5);
    here.set('notes', []);
    expect(await settle(request)).toEqual([]);
    expect(await settle(here.get('notes'))).toEqual([]);
    here.set('notes', ['https://new.example']);
    expect(await settle(here.get('notes'))).toEqual(['https://new.example']);
    expect(world.calls).toEqual(['notes']);
  });

  test('[F8 P8] a rate-limited client gets an empty list, or the cached one', async () => {
    const world = new World();
    world.lists.set('notes', [site]).set('other', [site]);
    const here = world.isolate();
    await settle(here.get('notes'));
    world.mayCall = false;
    expect(await settle(here.get('other'))).toEqual([]);
    expect(await settle(here.get('notes'))).toEqual([site]);
    world.mayCall = true;
    expect(await settle(here.get('other'))).toEqual([site]);
    expect(world.calls).toEqual(['notes', 'other']);
  });

  test('[F8] a document that fails or times out gets an empty list and is not called for a while', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
    for (const delay of [null, 3_600_000]) {
      const world = new World();
      world.lists.set('notes', [site]);
      world.delay = delay;
      const here = world.isolate();
      const all = await settle(Promise.all([here.get('notes'), here.get('notes')]));
      expect(all).toEqual([[], []]);
      expect(await settle(here.get('notes'))).toEqual([]);
      expect(world.calls).toEqual(['notes']);
      world.delay = 10;
      await vi.advanceTimersByTimeAsync(10_000);
      expect(await settle(here.get('notes'))).toEqual([site]);
    }
    expect(logged).toHaveBeenCalledOnce();
  });

  test("[F8 P8] calls are limited per address; over the limit the page allows only the service's origins", async () => {
    const world = new World();
    for (const name of ['one', 'two', 'three']) world.lists.set(name, [site]);
    const app = world.app(2);
    const pageOf = async (name: string) => {
      const answer = await settle(Promise.resolve(app.request(`${service}/embed/${name}`)));
      expect(answer.status).toBe(200);
      const [, , ...listed] = (await answer.text()).split(' ');
      expect(answer.headers.get('content-security-policy'))
        .toContain(`frame-ancestors 'self' ${listed.join(' ')}`);
      return listed;
    };
    const listed = 'https://listed.example';
    for (const name of ['one', 'two', 'one']) expect(await pageOf(name)).toEqual([listed, site]);
    expect(await pageOf('three')).toEqual([listed]);
    expect(await pageOf('two')).toEqual([listed, site]);
    expect(world.calls).toEqual(['one', 'two']);
  });
});
