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

/** Documents that count who asks them, and the cache of a data center with several isolates. */
class World {
  readonly lists = new Map<string, readonly string[]>();
  asked: string[] = [];
  /** How long a document takes to answer, in milliseconds; null for one that fails. */
  delay: number | null = 10;
  /** Whether whoever comes may ask documents. */
  mayAsk = true;
  readonly shared = new DataCenter();

  isolate() {
    const cache = new EdgeCache(new MemoryCache(), this.shared, () => {});
    const cached = new EmbedOriginCache((name) => this.#document(name), cache);
    return {
      get: (name: string) => cached.get(service, name, () => Promise.resolve(this.mayAsk)),
      set: (name: string, origins: readonly string[]) => cached.set(service, name, origins),
    };
  }

  /** The service over these documents, for an address with so many questions left. */
  app(left: number) {
    return createApp((name) => this.#document(name), {
      ...readSettings({ EDGEPAD_CREATION: 'anyone', EDGEPAD_ORIGINS: 'https://listed.example' }),
      asset: () => Promise.resolve(new Response('{{name}} {{theme}} {{origins}}')),
      addressOf: () => '10.0.0.1',
      limiter: { allow: (what) => Promise.resolve(what === 'handshake' && left-- > 0) },
      refuseUpgrade: () => new Response(),
      cache: new EdgeCache(new MemoryCache(), this.shared, () => {}),
    });
  }

  #document(name: string): DocumentHandle {
    const call = async () => {
      this.asked.push(name);
      const origins = this.lists.get(name) ?? [];
      if (this.delay === null) throw new Error('Out of order');
      await new Promise((resolve) => setTimeout(resolve, this.delay ?? 0));
      return origins;
    };
    return { call, fetch: () => Promise.reject(new Error('Not called')) };
  }
}

/** Lets the clock go on until this is settled. */
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

describe('F8 whose frames, asked by strangers', () => {
  test('[F8 P6] however many ask, a document is asked once a minute, also one that is not there', async () => {
    const world = new World();
    world.lists.set('notes', [site]);
    const [one, other] = [world.isolate(), world.isolate()];
    const all = await settle(Promise.all(Array.from({ length: 50 }, () => one.get('notes'))));
    expect(all).toEqual(Array.from({ length: 50 }, () => [site]));
    expect(await settle(other.get('notes'))).toEqual([site]);
    for (let i = 0; i < 50; i++) expect(await settle(one.get('nothing'))).toEqual([]);
    expect(world.asked).toEqual(['notes', 'nothing']);
    world.lists.set('notes', []);
    await vi.advanceTimersByTimeAsync(61_000);
    for (const isolate of [one, other]) expect(await settle(isolate.get('notes'))).toEqual([]);
    expect(world.asked).toEqual(['notes', 'nothing', 'notes']);
  });

  test('[F8] a change counts at once here, also for one who was just asking', async () => {
    const world = new World();
    world.lists.set('notes', [site]);
    const here = world.isolate();
    const asking = here.get('notes');
    await vi.advanceTimersByTimeAsync(5);
    here.set('notes', []);
    expect(await settle(asking)).toEqual([]);
    expect(await settle(here.get('notes'))).toEqual([]);
    here.set('notes', ['https://new.example']);
    expect(await settle(here.get('notes'))).toEqual(['https://new.example']);
    expect(world.asked).toEqual(['notes']);
  });

  test('[F8 P8] who asks too much gets the rest of the page; what is known they are told', async () => {
    const world = new World();
    world.lists.set('notes', [site]).set('other', [site]);
    const here = world.isolate();
    await settle(here.get('notes'));
    world.mayAsk = false;
    expect(await settle(here.get('other'))).toEqual([]);
    expect(await settle(here.get('notes'))).toEqual([site]);
    world.mayAsk = true;
    expect(await settle(here.get('other'))).toEqual([site]);
    expect(world.asked).toEqual(['notes', 'other']);
  });

  test('[F8] one that fails, or does not answer, allows nothing and is left alone a while', async () => {
    const complaint = vi.spyOn(console, 'error').mockImplementation(() => {});
    for (const delay of [null, 3_600_000]) {
      const world = new World();
      world.lists.set('notes', [site]);
      world.delay = delay;
      const here = world.isolate();
      const all = await settle(Promise.all([here.get('notes'), here.get('notes')]));
      expect(all).toEqual([[], []]);
      expect(await settle(here.get('notes'))).toEqual([]);
      expect(world.asked).toEqual(['notes']);
      world.delay = 10;
      await vi.advanceTimersByTimeAsync(10_000);
      expect(await settle(here.get('notes'))).toEqual([site]);
    }
    expect(complaint).toHaveBeenCalledOnce();
  });

  test("[F8 P8] questions are counted by address; without one the page allows the service's sites", async () => {
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
    expect(world.asked).toEqual(['one', 'two']);
  });
});
