import { describe, expect, test } from 'vitest';
import type { Changes } from '../../../protocol/changes.ts';
import type { ChangesResponse } from '../../../web/viewer/fetch-changes.ts';
import { Poller, type PollHost, type PollState } from '../../../web/viewer/poller.ts';
import { PollDelay } from '../../../web/viewer/poll-delay.ts';
import { statusText } from '../../../web/viewer/status-text.ts';

/** A page with a clock of its own, and a service whose answers are given by hand. */
class World implements PollHost {
  time = 1_000;
  readonly shown: string[] = [];
  readonly told: PollState['type'][] = [];
  lastState: PollState | null = null;
  /** How long the service says to wait. */
  wait: number | null = 2_000;
  isBroken = false;
  /** The versions that were asked with, and the questions that wait for an answer. */
  readonly asked: string[] = [];
  #waiting: { resolve: (answer: ChangesResponse) => void; reject: (error: Error) => void }[] = [];
  #timers: { at: number; work: () => void }[] = [];
  readonly poller: Poller;

  constructor(version = 'v0') {
    this.poller = new Poller(this, version);
  }

  fetchChanges(version: string, signal: AbortSignal): Promise<ChangesResponse> {
    this.asked.push(version);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      signal.addEventListener('abort', () => reject(new Error('Aborted')));
    });
  }

  show(changes: Changes): void {
    if (this.isBroken) throw new Error('Cannot show document');
    this.shown.push(changes.version);
  }

  showState(state: PollState): void {
    this.lastState = state;
    if (this.told.at(-1) !== state.type) this.told.push(state.type);
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

  /** Answers the question that waits, with a version, with null for "nothing new", or not at all. */
  async answer(version: string | null | 'missing' | Error): Promise<void> {
    const question = this.#waiting.pop();
    if (!question) throw new Error('Nothing was asked');
    this.#waiting = [];
    if (version instanceof Error) question.reject(version);
    else if (version === null) question.resolve({ type: 'unchanged', wait: this.wait });
    else if (version === 'missing') question.resolve({ type: 'missing' });
    else {
      const changes = { version, title: '', blocks: [] };
      question.resolve({ type: 'changed', changes, wait: this.wait });
    }
    await settled();
  }

  /** Lets the time pass until the next timer, and answers how long that took. */
  async passTime(): Promise<number> {
    const next = this.#timers.sort((a, b) => a.at - b.at).shift();
    if (!next) throw new Error('Nothing is going to happen');
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

describe('P6 a viewer asks only for what it may not have', () => {
  test('R15 it asks with the version it shows, and shows what is newer', async () => {
    const world = new World();
    world.poller.resume();
    await world.answer('v1');
    await world.passTime();
    await world.answer(null);
    await world.passTime();
    await world.answer('v3');
    expect(world.asked).toEqual(['v0', 'v1', 'v1']);
    expect(world.shown).toEqual(['v1', 'v3']);
    expect(world.told).toEqual(['live']);
  });

  test('R15 one question at a time', async () => {
    const world = new World();
    world.poller.resume();
    world.poller.resume();
    expect(world.asked).toEqual(['v0']);
    await world.answer(null);
    await world.passTime();
    expect(world.asked).toEqual(['v0', 'v0']);
  });

  test('R16 it waits as long as the service says, and a little by chance', async () => {
    const world = new World();
    world.poller.resume();
    const pauses: number[] = [];
    for (const wait of [1_000, 30_000, null]) {
      world.wait = wait;
      await world.answer(null);
      pauses.push(await world.passTime());
    }
    expect(pauses).toEqual([1_100, 33_000, 3_300]);
  });

  test('R17 while nobody looks nothing is asked; whoever looks again sees the newest at once', async () => {
    const world = new World();
    world.poller.resume();
    await world.answer(null);
    world.poller.pause();
    expect(world.isIdle).toBe(true);
    world.poller.pollNow();
    expect(world.asked).toHaveLength(1);
    world.poller.resume();
    await world.answer('v9');
    expect(world.shown).toEqual(['v9']);
    expect(world.told).toEqual(['live', 'paused', 'live']);
  });

  test('R17 the answer to a question from before the pause is not shown', async () => {
    const world = new World();
    world.poller.resume();
    world.poller.pause();
    await world.answer('v1');
    await settled();
    expect(world.shown).toEqual([]);
    expect(world.told).toEqual(['paused']);
    expect(world.isIdle).toBe(true);
  });

  test('R18 a failure says since when, and the next success takes it back', async () => {
    const world = new World();
    world.poller.resume();
    await world.answer('v1');
    const seenAt = world.time;
    await world.passTime();
    await world.answer(new Error('No network'));
    expect(world.lastState).toEqual({ type: 'behind', seenAt });
    await world.passTime();
    await world.answer(new Error('No network'));
    expect(world.lastState).toEqual({ type: 'behind', seenAt });
    await world.passTime();
    await world.answer(null);
    expect(world.told).toEqual(['live', 'behind', 'live']);
  });

  test('R18 a question that hangs has failed', async () => {
    const world = new World();
    world.poller.resume();
    await world.passTime();
    expect(world.told).toEqual(['behind']);
    await world.passTime();
    await world.answer(null);
    expect(world.told).toEqual(['behind', 'live']);
  });

  test('R18 when the network is back it asks at once, also when a question hangs', async () => {
    const world = new World();
    world.poller.resume();
    await world.answer(new Error('No network'));
    world.poller.pollNow();
    world.poller.pollNow();
    await world.answer('v1');
    expect(world.shown).toEqual(['v1']);
    expect(world.lastState).toEqual({ type: 'live' });
  });

  test('R19 a document that is gone is asked for no more, until somebody looks again', async () => {
    const world = new World();
    world.poller.resume();
    await world.answer('missing');
    expect(world.lastState).toEqual({ type: 'gone', seenAt: 1_000 });
    expect(world.isIdle).toBe(true);
    world.poller.pollNow();
    await world.answer('v1');
    expect(world.told).toEqual(['gone', 'live']);
  });
});

describe('P6 a page that is not what it was', () => {
  test('R19 where nothing is written yet it goes on looking', async () => {
    const world = new World('');
    world.poller.resume();
    await world.answer('missing');
    expect(world.lastState).toEqual({ type: 'empty' });
    await world.passTime();
    await world.answer('v1');
    expect(world.asked).toEqual(['', '']);
    expect(world.told).toEqual(['empty', 'live']);
  });

  test('R15 what cannot be shown is asked for as a whole', async () => {
    const world = new World();
    world.isBroken = true;
    const failed = new Promise((resolve) => process.once('unhandledRejection', resolve));
    world.poller.resume();
    await world.answer('v1');
    expect(String(await failed)).toContain('Cannot show');
    world.isBroken = false;
    await world.passTime();
    await world.answer('v1');
    expect(world.asked).toEqual(['v0', '']);
    expect(world.shown).toEqual(['v1']);
  });
});

describe('rhythm', () => {
  test('R18 after failures it waits by chance, within a span that doubles up to a minute', () => {
    const spans = (chance: number) => {
      const rhythm = new PollDelay(() => chance);
      return Array.from({ length: 10 }, () => rhythm.next('failed'));
    };
    expect(spans(0)).toEqual(Array.from({ length: 10 }, () => 250));
    const longest = spans(1);
    expect(longest.slice(0, 4)).toEqual([1_250, 2_250, 4_250, 8_250]);
    expect(longest.at(-1)).toBe(60_250);
  });

  test('R16 readers who began together do not go on together', () => {
    const [early, late] = [new PollDelay(() => 0), new PollDelay(() => 1)];
    expect(early.next(1_000)).toBeLessThan(late.next(1_000));
  });
});

test('R18 the status says in words how things stand', () => {
  const timeOf = (moment: number) => `${moment} o'clock`;
  expect(statusText({ type: 'live' }, timeOf)).toBe('Live');
  expect(statusText({ type: 'paused' }, timeOf)).toBe('Paused');
  expect(statusText({ type: 'behind', seenAt: 12 }, timeOf))
    .toBe("Behind, showing what was there at 12 o'clock");
  expect(statusText({ type: 'gone', seenAt: 12 }, timeOf))
    .toBe("No longer available, showing what was there at 12 o'clock");
});
