import { describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { CloseCode } from '../../../../protocol/close-codes.ts';
import { type Client, World } from '../../../support/world.ts';

/** The text that a client sees. */
const textOf = (client: Client) => client.text.toString();

describe('durability before visibility', () => {
  it('[P1] sends an update only after it is stored', () => {
    const world = new World();
    const ann = world.client().connect();
    const bob = world.client().connect();
    world.settle();
    const storedAtSend: string[] = [];
    const { connection } = bob;
    const send = connection!.send.bind(connection);
    connection!.send = (frame) => {
      storedAtSend.push(world.stored().getText('content').toString());
      send(frame);
    };
    ann.type('hello');
    world.settle();
    expect(storedAtSend).toEqual(['hello']);
    expect(textOf(bob)).toBe('hello');
  });

  it('[P1] neither sends nor acknowledges an update when the database fails', () => {
    const world = new World();
    const ann = world.client().connect();
    const bob = world.client().connect();
    world.settle();
    ann.type('one ');
    world.settle();
    const sentToBob = bob.connection!.sent;
    world.sql.fault = () => {
      throw new Error('disk full');
    };
    const { connection } = ann;
    ann.type('two');
    world.settle();
    expect(connection!.closeCode).toBe(CloseCode.internalError);
    expect(world.failures).toHaveLength(1);
    expect(bob.connection!.sent).toBe(sentToBob);
    world.sql.fault = null;
    ann.connect();
    world.settle();
    expect(textOf(bob)).toBe('one two');
    expect(ann.unanswered).toBe(0);
  });

  it('[P1] recovers from a failure of any single statement without partial state', () => {
    for (let n = 1;; n++) {
      const world = new World();
      let statements = 0;
      world.sql.fault = () => {
        if (++statements === n) throw new Error(`statement ${n}`);
      };
      const ann = world.client().connect();
      world.settle();
      for (const word of ['one ', 'two ', 'three']) {
        ann.type(word);
        world.settle();
        if (!ann.connection) ann.connect();
        world.settle();
      }
      if (!ann.connection) ann.connect();
      world.settle();
      world.sql.fault = null;
      expect(world.stored().getText('content').toString()).toBe('one two three');
      expect(ann.unanswered).toBe(0);
      if (world.failures.length === 0) {
        expect(n).toBeGreaterThan(5);
        return;
      }
    }
  });

  it('[P1] keeps every sent and acknowledged update after a crash', () => {
    const world = new World();
    const ann = world.client().connect();
    const bob = world.client().connect();
    world.settle();
    ann.type('kept');
    world.settle();
    expect(ann.unanswered).toBe(0);
    world.crash();
    expect(world.stored().getText('content').toString()).toBe('kept');
    ann.type(' and more');
    ann.connect();
    bob.connect();
    world.settle();
    expect(textOf(bob)).toBe('kept and more');
  });
});

describe('the hot path', () => {
  it('[P2] joins, stores updates, sends presence, resumes and wakes without a Y.Doc', () => {
    const world = new World();
    const [ann, bob, cid] = [
      world.client(),
      world.client({ speaksEdgepad: false }),
      world.client(),
    ];
    // A constructor cannot be spied on, but every Y.Doc calls `on` in its constructor.
    const created = vi.spyOn(Y.Doc.prototype, 'on');
    try {
      ann.connect();
      bob.connect();
      world.settle();
      for (const letter of 'abcdefghij') ann.type(letter);
      bob.type('B').present({ user: { name: 'Bob' } });
      world.settle();
      world.evict();
      ann.type('!');
      bob.cut();
      ann.type('?');
      bob.connect();
      cid.connect();
      world.settle();
      expect(textOf(bob)).toBe(textOf(ann));
      expect(textOf(cid)).toBe(textOf(ann));
      expect(created).not.toHaveBeenCalled();
      // The spy works: compaction builds a Y.Doc.
      world.room.compact();
      expect(created).toHaveBeenCalled();
    } finally {
      created.mockRestore();
    }
  });
});

describe('causal completeness', () => {
  it('[P3] rejects an update with a gap and asks the client for what is missing', () => {
    const world = new World();
    const ann = world.client().connect();
    const bob = world.client().connect();
    world.settle();
    ann.type('lost ');
    // The frame with the first word is lost.
    ann.connection!.toRoom.length = 0;
    ann.unanswered = 0;
    ann.type('found');
    const { version } = world.log;
    ann.connection!.deliverToRoom(world);
    expect(world.log.version).toBe(version);
    world.settle();
    expect(textOf(bob)).toBe('lost found');
    expect(ann.unanswered).toBe(0);
    expect(ann.messages.some((message) => message.type === 'unsaved')).toBe(true);
  });

  it('[P3] acknowledges an update it already has without storing it again', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    ann.type('abc');
    ann.text.delete(0, 1);
    world.settle();
    const { version } = world.log;
    for (let i = 0; i < 3; i++) {
      ann.cut();
      ann.connect();
      world.settle();
      expect(ann.unanswered).toBe(0);
    }
    expect(world.log.version).toBe(version);
  });
});

describe('token refresh', () => {
  it('[P7] ignores a token on a connection that needs none', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    ann.send({ type: 'token', token: 'abc' }).type('and on');
    world.settle();
    expect(ann.connection?.closeCode).toBe(null);
    expect(world.stored().getText('content').toString()).toBe('and on');
  });
});
