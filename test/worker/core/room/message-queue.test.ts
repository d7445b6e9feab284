import { describe, expect, it } from 'vitest';
import { limits } from '../../../../protocol/limits.ts';
import type { Message } from '../../../../protocol/messages.ts';
import { RateLimiter } from '../../../../worker/core/room/rate-limiter.ts';
import type { Connection } from '../../../../worker/core/connection.ts';
import type { RoomHost } from '../../../../worker/core/host.ts';
import { MessageQueue } from '../../../../worker/core/room/message-queue.ts';

const MiB = 1024 * 1024;

/** An inbox with a clock of its own, and what became of what came in. */
class Post {
  readonly handled = new Map<Connection, number>();
  readonly flooded: Connection[] = [];
  readonly #timers: (() => void)[] = [];
  #now = 1_000_000;
  readonly inbox: MessageQueue;

  constructor() {
    const host = {
      now: () => this.#now,
      after: (_milliseconds: number, work: () => void) => void this.#timers.push(work),
    } as Partial<RoomHost> as RoomHost;
    this.inbox = new MessageQueue(host, new RateLimiter(), {
      handle: (sender) => void this.handled.set(sender, (this.handled.get(sender) ?? 0) + 1),
      flooded: (sender) => void this.flooded.push(sender),
    });
  }

  /** So many messages come, of so many bytes each. */
  come(sender: Connection, count: number, bytes: number): void {
    const message: Message = { type: 'compare' };
    for (let i = 0; i < count; i++) this.inbox.take(sender, message, bytes);
  }

  /** Until nothing waits. */
  settle(): void {
    while (this.#timers.length > 0) {
      this.#now += limits.queueWindow;
      for (const work of this.#timers.splice(0)) work();
    }
  }
}

function connections(count: number): Connection[] {
  return Array.from({ length: count }, () => ({}) as Connection);
}

/** So many messages of 1 MiB can wait for one connection alone; three are handled as they come. */
const inOneGo = 10;
const most = Math.ceil(limits.queuedBytes / (MiB * (inOneGo - 3)));

describe('[P8] what waits of all connections together is bounded', () => {
  it('below the bound all is handled', () => {
    const post = new Post();
    const crowd = connections(most - 1);
    for (const one of crowd) post.come(one, inOneGo, MiB);
    post.settle();
    expect(post.flooded).toEqual([]);
    expect(crowd.map((one) => post.handled.get(one))).toEqual(crowd.map(() => inOneGo));
  });

  it('over it whoever has most waiting goes, not whoever came last', () => {
    const post = new Post();
    const [patient, last] = connections(2) as [Connection, Connection];
    const crowd = connections(3 * most);
    post.come(patient, 2 * limits.immediateMessages, 100);
    for (const one of crowd) post.come(one, inOneGo, MiB);
    post.come(last, 2 * limits.immediateMessages, 100);
    expect(post.flooded.length).toBeGreaterThanOrEqual(crowd.length - most);
    expect(post.flooded.length).toBeLessThan(crowd.length);
    post.settle();
    for (const one of [patient, last]) {
      expect(post.flooded).not.toContain(one);
      expect(post.handled.get(one)).toBe(2 * limits.immediateMessages);
    }
    for (const one of crowd.filter((one) => !post.flooded.includes(one))) {
      expect(post.handled.get(one)).toBe(inOneGo);
    }
  });

  it('tiny messages count for what they take in memory', () => {
    const post = new Post();
    const crowd = connections(1000);
    for (const one of crowd) post.come(one, 500, 1);
    expect(post.flooded.length).toBeGreaterThan(0);
  });

  it('what was handled, dropped, or left behind makes room', () => {
    const post = new Post();
    for (const leave of ['settle', 'forget', 'finish', 'settle'] as const) {
      const crowd = connections(most - 1);
      for (const one of crowd) post.come(one, inOneGo, MiB);
      if (leave === 'settle') post.settle();
      else for (const one of crowd) post.inbox[leave](one);
    }
    expect(post.flooded).toEqual([]);
  });
});
