import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CachedRenderings, type CacheScope } from '../../../worker/cache/cached-renderings.ts';
import type { RenderResult } from '../../../worker/core/render/reader.ts';
import { EdgeCache } from '../../../worker/cache/edge-cache.ts';
import { MemoryCache } from '../../../worker/cache/memory-cache.ts';
import { documentUnavailable } from '../../../worker/http/problem.ts';
import type { ReadableDocument } from '../../../worker/cache/renderings.ts';
import { DataCenter } from '../../support/service/data-center.ts';

const everyone: CacheScope = { name: 'open', maxAge: 30_000 };
const address = { base: 'http://x', name: 'doc' };
const [fresh, stale] = [{ fresh: true }, { fresh: false }];

/** A document that records its calls, behind the cache of a data center with several isolates. */
class World implements ReadableDocument {
  version = 1;
  /** How long the document takes to answer, in milliseconds. */
  delay = 10;
  calls: string[] = [];
  isRestarting = false;
  readonly shared = new DataCenter();

  get keys(): string[] {
    return this.shared.keys;
  }

  isolate(scope = everyone): CachedRenderings {
    const cache = new EdgeCache(new MemoryCache(), this.shared, () => {});
    return new CachedRenderings(cache, this, { ...address, scope });
  }

  call(operation: Parameters<ReadableDocument['call']>[0]): Promise<RenderResult> {
    return operation.type === 'read'
      ? this.#render(`read ${operation.format}`, operation.knownTags)
      : this.#render(`changes ${operation.since}`, [operation.since]);
  }

  async #render(question: string, known: readonly (string | null)[]): Promise<RenderResult> {
    this.calls.push(question);
    if (this.isRestarting) throw documentUnavailable();
    const tag = `${this.version}.a`;
    await new Promise((resolve) => setTimeout(resolve, this.delay));
    if (this.version === 0) return { status: 'missing' };
    if (known.includes(tag)) return { status: 'unchanged', tag };
    return { status: 'read', tag, body: `${question} to ${tag}` };
  }
}

/** Advances the clock until the promise settles. */
async function settle<T>(promise: Promise<T>): Promise<T> {
  let isSettled = false;
  const settled = promise.finally(() => isSettled = true);
  settled.catch(() => {});
  while (!isSettled) await vi.advanceTimersByTimeAsync(5);
  return await settled;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('P6 cached renderings', () => {
  test('[R25] readers get what was while the document restarts, for a minute', async () => {
    const world = new World();
    const renderings = world.isolate();
    await settle(renderings.changes(null, stale));
    world.isRestarting = true;
    await vi.advanceTimersByTimeAsync(40_000);
    expect(await settle(renderings.changes('1.a', stale))).toMatchObject({ status: 'unchanged' });
    expect(await settle(renderings.changes(null, stale))).toMatchObject({
      body: 'changes null to 1.a',
    });
    await expect(settle(renderings.changes(null, fresh))).rejects.toThrow('restarting');
    await vi.advanceTimersByTimeAsync(21_000);
    await expect(settle(renderings.changes(null, stale))).rejects.toThrow('restarting');
  });

  test('[R25] a thousand simultaneous polls call the document once', async () => {
    const world = new World();
    const renderings = world.isolate();
    await settle(renderings.changes(null, stale));
    for (let round = 0; round < 5; round++) {
      world.version++;
      await vi.advanceTimersByTimeAsync(1_500);
      world.calls = [];
      const results = Array.from(
        { length: 1_000 },
        () => renderings.changes(`${world.version - 1}.a`, stale),
      );
      await settle(Promise.all(results));
      expect(world.calls).toEqual([`changes ${world.version - 1}.a`]);
      const later = await settle(renderings.changes(`${world.version - 1}.a`, stale));
      expect(later).toMatchObject({ status: 'read', tag: `${world.version}.a`, isHit: true });
    }
  });

  test('[R25] the first thousand requests call the document at most twice', async () => {
    const world = new World();
    const renderings = world.isolate();
    const results = await settle(Promise.all(
      Array.from(
        { length: 1_000 },
        (_, i) => i % 2 ? renderings.changes(null, stale) : renderings.read('page', [], stale),
      ),
    ));
    expect(world.calls.length).toBeLessThanOrEqual(2);
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['read']));
  });

  test('[R25] a resting document is called at most twice a minute, by any number of viewers', async () => {
    const world = new World();
    const isolates = [world.isolate(), world.isolate()];
    const viewers = Array.from({ length: 20 }, (_, i) => isolates[i % 2] as CachedRenderings);
    let isOver = false;
    const follow = async (renderings: CachedRenderings, chance: number) => {
      while (!isOver) {
        const { wait } = await renderings.changes('1.a', stale);
        await new Promise((resolve) => setTimeout(resolve, wait * (1 + 0.2 * chance)));
      }
    };
    viewers.forEach((renderings, i) => void follow(renderings, i / 20));
    await vi.advanceTimersByTimeAsync(6 * 60_000);
    world.calls = [];
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    isOver = true;
    expect(world.calls.length).toBeLessThanOrEqual(20);
    expect(world.calls.length).toBeGreaterThan(5);
  });

  test('[R25] never returns a version older than the client has', async () => {
    const world = new World();
    const [one, other] = [world.isolate(), world.isolate()];
    // After a long rest, so that cached versions are valid for half a minute.
    for (let i = 0; i < 8; i++) {
      await settle(Promise.all([one.changes('1.a', stale), other.changes('1.a', stale)]));
      await vi.advanceTimersByTimeAsync(i < 7 ? 60_000 : 100);
    }
    await settle(other.changes(null, stale));
    await settle(other.read('md', [], stale));
    world.version++;
    const seen = await settle(one.read('page', [], fresh));
    expect(seen).toMatchObject({ status: 'read', tag: '2.a' });
    expect(await settle(other.changes('1.a', stale))).toMatchObject({ status: 'unchanged' });
    expect(await settle(other.read('md', ['2.a'], stale))).toMatchObject({ tag: '2.a' });
    await settle(other.changes(null, stale));
    world.version++;
    const third = world.isolate();
    await settle(third.read('page', [], fresh));
    expect(await settle(other.changes(null, stale))).toMatchObject({ tag: '2.a', isHit: true });
    expect(await settle(other.changes('3.a', stale))).toMatchObject({
      status: 'unchanged',
      tag: '3.a',
    });
    // An unknown version is answered with the current one.
    expect(await settle(other.changes('999999999999999.a', stale))).toMatchObject({ tag: '3.a' });
  });

  test('[R16] the wait is a second during edits and rises to half a minute at rest', async () => {
    const world = new World();
    const renderings = world.isolate();
    const waits: number[] = [];
    for (let i = 0; i < 60; i++) {
      const { wait } = await settle(renderings.changes('1.a', stale));
      waits.push(wait);
      await vi.advanceTimersByTimeAsync(wait);
    }
    expect(waits[0]).toBe(1_000);
    expect(waits.at(-1)).toBeGreaterThan(29_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(30_000);
    world.version++;
    expect((await settle(renderings.changes('1.a', stale))).wait).toBe(1_000);
  });

  test('[R25] a file is at most two seconds old, and current on request', async () => {
    const world = new World();
    const renderings = world.isolate();
    await settle(renderings.read('md', [], stale));
    await vi.advanceTimersByTimeAsync(600_000);
    await settle(renderings.read('md', [], stale));
    world.version++;
    expect(await settle(renderings.read('md', [], stale))).toMatchObject({ tag: '1.a' });
    expect(await settle(renderings.read('md', [], fresh))).toMatchObject({ tag: '2.a' });
    world.version++;
    await vi.advanceTimersByTimeAsync(2_001);
    expect(await settle(renderings.read('md', [], stale))).toMatchObject({ tag: '3.a' });
  });

  test("[R25] isolates share results through the data center's cache", async () => {
    const world = new World();
    await settle(world.isolate().changes(null, stale));
    world.calls = [];
    expect(await settle(world.isolate().changes(null, stale))).toMatchObject({ isHit: true });
    expect(world.calls).toEqual([]);
  });

  test('[R26] no scope gets the results of another, whatever its name', async () => {
    const world = new World();
    await settle(world.isolate().changes(null, stale));
    for (const name of ['key~revoked', 'open/doc', '../open']) {
      const other = await settle(world.isolate({ name, maxAge: 5_000 }).changes(null, stale));
      expect(other.isHit).toBe(false);
    }
    // The results of a key have keys of their own and expire sooner.
    expect(new Set(world.keys).size).toBe(8);
    const withKey = world.isolate({ name: 'key', maxAge: 5_000 });
    await settle(withKey.changes('1.a', stale));
    for (let i = 0; i < 100; i++) {
      const { wait } = await settle(withKey.changes('1.a', stale));
      expect(wait).toBeLessThanOrEqual(5_000);
      await vi.advanceTimersByTimeAsync(wait);
    }
  });

  test('[R25] unknown revisions add no entries', async () => {
    const world = new World();
    const renderings = world.isolate();
    await settle(renderings.changes(null, stale));
    world.version = 5;
    await vi.advanceTimersByTimeAsync(1_500);
    await settle(renderings.changes(null, stale));
    const before = world.keys.length;
    for (let i = 6; i < 100; i++) await settle(renderings.changes(`${i}.a`, stale));
    for (let i = 0; i < 100; i++) await settle(renderings.changes(`1.b${i}`, stale));
    expect(world.keys.length).toBe(before);
  });

  test('[R25] an aborted request does not block others', async () => {
    const world = new World();
    const cache = new EdgeCache(new MemoryCache(), world.shared, () => {});
    const options = { ...address, scope: everyone };
    const renderings = new CachedRenderings(cache, world, options);
    await settle(renderings.changes('1.a', stale));
    await vi.advanceTimersByTimeAsync(1_000);
    const never = { call: () => new Promise<RenderResult>(() => {}) };
    void new CachedRenderings(cache, never, options).changes('1.a', stale);
    world.version++;
    // For a moment the others get the old version.
    expect(await settle(renderings.changes('1.a', stale))).toMatchObject({ status: 'unchanged' });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await settle(renderings.changes('1.a', stale))).toMatchObject({
      tag: '2.a',
      isHit: false,
    });
  });

  test('[R25] rejects when the document fails, and calls it again', async () => {
    const world = new World();
    const failing = { call: () => Promise.reject(new Error('Overloaded')) };
    const cache = new EdgeCache(new MemoryCache(), world.shared, () => {});
    const options = { ...address, scope: everyone };
    await expect(new CachedRenderings(cache, failing, options).changes(null, stale))
      .rejects.toThrow('Overloaded');
    const renderings = new CachedRenderings(cache, world, options);
    expect(await settle(renderings.changes(null, stale))).toMatchObject({ status: 'read' });
  });
});
