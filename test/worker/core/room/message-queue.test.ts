import { describe, expect, it } from 'vitest';
import { CloseCode } from '../../../../protocol/close-codes.ts';
import { edgepadProtocol } from '../../../../protocol/headers.ts';
import { limits } from '../../../../protocol/limits.ts';
import { encodeMessage } from '../../../../protocol/messages.ts';
import { type Permission, permissionOf } from '../../../../worker/core/access/principal.ts';
import { newAttachment } from '../../../../worker/core/room/new-connection.ts';
import { World } from '../../../support/world.ts';
import type { TestConnection } from '../../../support/world/test-connection.ts';

const MiB = 1024 * 1024;
const token = { issuedAt: 0, id: null, subject: null, audience: '', origin: null };
const permission: Permission = { ...permissionOf('edit'), token };

/** A world whose clients send tokens: the room verifies each one when it handles the message. */
class TokenWorld extends World {
  readonly #handled = new Map<number, number>();
  readonly #connections: TestConnection[] = [];

  constructor() {
    super();
    this.tokens = (text) => {
      const sender = Number.parseInt(text);
      this.#handled.set(sender, this.handledOf(sender) + 1);
      const validity = { issuedAt: 0, expiresAt: this.now + 60_000 };
      return { ...token, ...validity, kind: 'token', role: 'edit', mayCreate: true, user: null };
    };
  }

  /** Opens connections; a sender is the index of its connection. */
  openSenders(count: number): number[] {
    return Array.from({ length: count }, () => {
      const attachment = newAttachment(permission, edgepadProtocol);
      return this.#connections.push(this.open(this.client(), attachment)) - 1;
    });
  }

  connectionOf(sender: number): TestConnection {
    return this.#connections[sender]!; // opened by openSenders
  }

  /** The room receives `count` messages of `bytes` bytes each. */
  sendTokens(sender: number, count: number, bytes: number): void {
    const overhead = encodeMessage({ type: 'token', token: ' '.repeat(bytes) }).length - bytes;
    const frame = encodeMessage({ type: 'token', token: `${sender}`.padEnd(bytes - overhead) });
    for (let i = 0; i < count; i++) this.receive(this.connectionOf(sender), frame);
  }

  handledOf(sender: number): number {
    return this.#handled.get(sender) ?? 0;
  }

  isClosed(sender: number): boolean {
    return this.connectionOf(sender).closeCode === CloseCode.tooMany;
  }

  handleQueues(): void {
    while (this.timers > 0) this.pass(limits.queueWindow);
  }
}

/** Messages of 1 MiB that one connection may queue; three of them are handled on receipt. */
const inOneGo = 10;
const most = Math.ceil(limits.queuedBytes / (MiB * (inOneGo - 3)));

describe('the memory of all message queues together', () => {
  it('[P8] handles all messages while it is under its limit', () => {
    const world = new TokenWorld();
    const crowd = world.openSenders(most - 1);
    for (const sender of crowd) world.sendTokens(sender, inOneGo, MiB);
    world.handleQueues();
    expect(crowd.filter((sender) => world.isClosed(sender))).toEqual([]);
    expect(crowd.map((sender) => world.handledOf(sender))).toEqual(crowd.map(() => inOneGo));
  });

  it('[P8] over its limit closes the connection with most bytes, not the last one', () => {
    const world = new TokenWorld();
    const [patient, last] = world.openSenders(2) as [number, number];
    const crowd = world.openSenders(3 * most);
    const few = 2 * limits.immediateMessages;
    world.sendTokens(patient, few, 100);
    for (const sender of crowd) world.sendTokens(sender, inOneGo, MiB);
    world.sendTokens(last, few, 100);
    const closed = crowd.filter((sender) => world.isClosed(sender));
    expect(closed.length).toBeGreaterThanOrEqual(crowd.length - most);
    expect(closed.length).toBeLessThan(crowd.length);
    world.handleQueues();
    for (const sender of [patient, last]) {
      expect(world.isClosed(sender)).toBe(false);
      expect(world.handledOf(sender)).toBe(few);
    }
    for (const sender of crowd.filter((sender) => !closed.includes(sender))) {
      expect(world.handledOf(sender)).toBe(inOneGo);
    }
  });

  it('[P8] counts the memory that short messages take beside their bytes', () => {
    const world = new TokenWorld();
    const crowd = world.openSenders(1000);
    const frame = encodeMessage({ type: 'query-awareness' });
    for (const sender of crowd) {
      for (let i = 0; i < 500; i++) world.receive(world.connectionOf(sender), frame);
    }
    expect(crowd.filter((sender) => world.isClosed(sender)).length).toBeGreaterThan(0);
  });

  it('[P8] is freed by messages that are handled, dropped or flushed by a leaving client', () => {
    const world = new TokenWorld();
    const crowds: number[][] = [];
    for (const end of ['handled', 'dropped', 'left', 'handled'] as const) {
      const crowd = world.openSenders(most - 1);
      crowds.push(crowd);
      for (const sender of crowd) world.sendTokens(sender, inOneGo, MiB);
      if (end === 'handled') world.handleQueues();
      else if (end === 'dropped') world.room.closeAll(CloseCode.normal, '');
      else for (const sender of crowd) world.lose(world.connectionOf(sender));
    }
    expect(crowds.flat().filter((sender) => world.isClosed(sender))).toEqual([]);
  });
});
