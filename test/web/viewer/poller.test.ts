import { describe, expect, test } from 'vitest';
import type { Changes } from '../../../protocol/answers/changes.ts';
import type { ChangesResponse } from '../../../web/viewer/fetch-changes.ts';
import { PollDelay } from '../../../web/viewer/poll-delay.ts';
import { Poller, type PollHost, type PollState } from '../../../web/viewer/poller.ts';
import { statusText } from '../../../web/viewer/status-text.ts';

interface Request {
  resolve(response: ChangesResponse): void;
  reject(error: Error): void;
}

/** A page with a clock that the test moves, and a service whose responses the test gives. */
class World implements PollHost {
  time = 1_000;
  /** The versions that were shown. */
  readonly shown: string[] = [];
  readonly states: PollState['type'][] = [];
  lastState: PollState | null = null;
  /** The wait of the next responses. */
  wait: number | null = 2_000;
  isBroken = false;
  /** The version of each request. */
  readonly requested: string[] = [];
  #pending: Request[] = [];
  #timers: { at: number; work: () => void }[] = [];
  readonly poller: Poller;

  constructor(version = 'v0') {
    this.poller = new Poller(this, version);
  }

  fetchChanges(version: string, signal: AbortSignal): Promise<ChangesResponse> {
    this.requested.push(version);
    return new Promise((resolve, reject) => {
      this.#pending.push({ resolve, reject });
      signal.addEventListener('abort', () => reject(new Error('Aborted')));
    });
  }

  showChanges(changes: Changes): void {
    if (this.isBroken) throw new Error('Cannot show document');
    this.shown.push(changes.version);
  }

  showState(state: PollState): void {
    this.lastState = state;
    if (this.states.at(-1) !== state.type) this.states.push(state.type);
  }

  schedule(milliseconds: number, work: () => void): () => void {
    const timer = { at: this.time + milliseconds, work };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  now(): number {
    return this.time;
  }

  random(): number {
    return 0.5;
  }

  /** Responds to the last request: with a version, with null for "unchanged", or with an error. */
  async respond(version: string | null | 'missing' | Error): Promise<void> {
    const request = this.#pending.pop();
    if (!request) throw new Error('There is no request');
    this.#pending = [];
    if (version instanceof Error) request.reject(version);
    else if (version === null) request.resolve({ type: 'unchanged', wait: this.wait });
    else if (version === 'missing') request.resolve({ type: 'missing' });
    else {
      const changes = { version, title: '', blocks: [] };
      request.resolve({ type: 'changed', changes, wait: this.wait });
    }
    await settled();
  }

  /** Advances the clock to the next timer; returns by how much. */
  async passTime(): Promise<number> {
    const next = this.#timers.sort((a, b) => a.at - b.at).shift();
    if (!next) throw new Error('There is no timer');
    const passed = next.at - this.time;
    this.time = next.at;
    next.work();
    await settled();
    return passed;
  }

  get isIdle(): boolean {
    return this.#timers.length === 0;
  }
}

async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await Promise.resolve();
}

describe('[P6] the poller', () => {
  test('[R15] requests changes since the shown version, and shows them', async () => {
    const world = new World();
    world.poller.resume();
    await world.respond('v1');
    await world.passTime();
    await world.respond(null);
    await world.passTime();
    await world.respond('v3');
    expect(world.requested).toEqual(['v0', 'v1', 'v1']);
    expect(world.shown).toEqual(['v1', 'v3']);
    expect(world.states).toEqual(['live']);
  });

  test('[R15] makes one request at a time', async () => {
    const world = new World();
    world.poller.resume();
    world.poller.resume();
    expect(world.requested).toEqual(['v0']);
    await world.respond(null);
    await world.passTime();
    expect(world.requested).toEqual(['v0', 'v0']);
  });

  test('[R16] waits as long as the service says, plus jitter', async () => {
    const world = new World();
    world.poller.resume();
    const pauses: number[] = [];
    for (const wait of [1_000, 30_000, null]) {
      world.wait = wait;
      await world.respond(null);
      pauses.push(await world.passTime());
    }
    expect(pauses).toEqual([1_100, 33_000, 3_300]);
  });

  test('[R17] makes no requests while paused, and one at once on resume', async () => {
    const world = new World();
    world.poller.resume();
    await world.respond(null);
    world.poller.pause();
    expect(world.isIdle).toBe(true);
    world.poller.pollNow();
    expect(world.requested).toHaveLength(1);
    world.poller.resume();
    await world.respond('v9');
    expect(world.shown).toEqual(['v9']);
    expect(world.states).toEqual(['live', 'paused', 'live']);
  });

  test('[R17] ignores a response that arrives after a pause', async () => {
    const world = new World();
    world.poller.resume();
    world.poller.pause();
    await world.respond('v1');
    await settled();
    expect(world.shown).toEqual([]);
    expect(world.states).toEqual(['paused']);
    expect(world.isIdle).toBe(true);
  });

  test('[R18] shows since when it is behind, until a poll succeeds', async () => {
    const world = new World();
    world.poller.resume();
    await world.respond('v1');
    const seenAt = world.time;
    await world.passTime();
    await world.respond(new Error('No network'));
    expect(world.lastState).toEqual({ type: 'behind', seenAt });
    await world.passTime();
    await world.respond(new Error('No network'));
    expect(world.lastState).toEqual({ type: 'behind', seenAt });
    await world.passTime();
    await world.respond(null);
    expect(world.states).toEqual(['live', 'behind', 'live']);
  });

  test('[R18] treats a request that hangs as failed', async () => {
    const world = new World();
    world.poller.resume();
    await world.passTime();
    expect(world.states).toEqual(['behind']);
    await world.passTime();
    await world.respond(null);
    expect(world.states).toEqual(['behind', 'live']);
  });

  test('[R18] polls at once when the network returns, even while a request hangs', async () => {
    const world = new World();
    world.poller.resume();
    await world.respond(new Error('No network'));
    world.poller.pollNow();
    world.poller.pollNow();
    await world.respond('v1');
    expect(world.shown).toEqual(['v1']);
    expect(world.lastState).toEqual({ type: 'live' });
  });

  test('[R19] stops when the document is gone, until `pollNow` is called', async () => {
    const world = new World();
    world.poller.resume();
    await world.respond('missing');
    expect(world.lastState).toEqual({ type: 'gone', seenAt: 1_000 });
    expect(world.isIdle).toBe(true);
    world.poller.pollNow();
    await world.respond('v1');
    expect(world.states).toEqual(['gone', 'live']);
  });
});

describe('[P6] the poller of a page without the expected content', () => {
  test('[R19] polls on while the document does not exist yet', async () => {
    const world = new World('');
    world.poller.resume();
    await world.respond('missing');
    expect(world.lastState).toEqual({ type: 'empty' });
    await world.passTime();
    await world.respond('v1');
    expect(world.requested).toEqual(['', '']);
    expect(world.states).toEqual(['empty', 'live']);
  });

  test('[R15] requests the full document after changes that cannot be shown', async () => {
    const world = new World();
    world.isBroken = true;
    const failed = new Promise((resolve) => process.once('unhandledRejection', resolve));
    world.poller.resume();
    await world.respond('v1');
    expect(String(await failed)).toContain('Cannot show');
    world.isBroken = false;
    await world.passTime();
    await world.respond('v1');
    expect(world.requested).toEqual(['v0', '']);
    expect(world.shown).toEqual(['v1']);
  });
});

describe('the poll delay', () => {
  test('[R18] is full jitter after failures, over a span that doubles up to a minute', () => {
    const delays = (random: number) => {
      const delay = new PollDelay(() => random);
      return Array.from({ length: 10 }, () => delay.next('failed'));
    };
    expect(delays(0)).toEqual(Array.from({ length: 10 }, () => 250));
    const longest = delays(1);
    expect(longest.slice(0, 4)).toEqual([1_250, 2_250, 4_250, 8_250]);
    expect(longest.at(-1)).toBe(60_250);
  });

  test('[R16] spreads readers that have started together', () => {
    const [early, late] = [new PollDelay(() => 0), new PollDelay(() => 1)];
    expect(early.next(1_000)).toBeLessThan(late.next(1_000));
  });
});

test('[R18] the status text says whether the page is live', () => {
  const timeOf = (time: number) => `${time} o'clock`;
  expect(statusText({ type: 'live' }, timeOf)).toBe('Live');
  expect(statusText({ type: 'paused' }, timeOf)).toBe('Paused');
  expect(statusText({ type: 'behind', seenAt: 12 }, timeOf))
    .toBe("Not connected. Showing the version from 12 o'clock");
  expect(statusText({ type: 'gone', seenAt: 12 }, timeOf))
    .toBe("No longer available. Showing the version from 12 o'clock");
});
