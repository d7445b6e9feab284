import { describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { CloseCode } from '../../../../protocol/close-codes.ts';
import { limits } from '../../../../protocol/limits.ts';
import { encodeMessage } from '../../../../protocol/messages.ts';
import { MemorySql } from '../../../support/memory-sql.ts';
import { type Client, World } from '../../../support/world.ts';

/** What a person sees: the text. */
const textOf = (client: Client) => client.text.toString();

describe('P1, stored then seen', () => {
  it('[P1] an update is in the log when the first frame about it leaves', () => {
    const world = new World();
    const ann = world.client().connect();
    const bob = world.client().connect();
    world.settle();
    const storedAtSend: string[] = [];
    const { wire } = bob;
    const send = wire!.send.bind(wire);
    wire!.send = (frame) => {
      storedAtSend.push(world.stored().getText('content').toString());
      send(frame);
    };
    ann.type('hello');
    world.settle();
    expect(storedAtSend).toEqual(['hello']);
    expect(textOf(bob)).toBe('hello');
  });

  it('[P1] a database that fails: nothing seen, nothing acknowledged, the author comes back', () => {
    const world = new World();
    const ann = world.client().connect();
    const bob = world.client().connect();
    world.settle();
    ann.type('one ');
    world.settle();
    const sentToBob = bob.wire!.sent;
    world.sql.fault = () => {
      throw new Error('disk full');
    };
    const { wire } = ann;
    ann.type('two');
    world.settle();
    expect(wire!.closeCode).toBe(CloseCode.internalError);
    expect(world.failures).toHaveLength(1);
    expect(bob.wire!.sent).toBe(sentToBob);
    world.sql.fault = null;
    ann.connect();
    world.settle();
    expect(textOf(bob)).toBe('one two');
    expect(ann.unanswered).toBe(0);
  });

  it('[P1] the n-th statement fails, for every n: no half state, and all comes right', () => {
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
        if (!ann.wire) ann.connect();
        world.settle();
      }
      if (!ann.wire) ann.connect();
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

  it('[P1] after a crash everything anybody saw is there, and acknowledgements were true', () => {
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

describe('P2, no document on the hot path', () => {
  it('[P2] joining, typing, presence, coming back and waking build no Y.Doc', () => {
    const world = new World();
    const [ann, bob, cid] = [
      world.client(),
      world.client({ speaksEdgepad: false }),
      world.client(),
    ];
    // A constructor cannot be watched, but every document listens to itself in its own.
    const born = vi.spyOn(Y.Doc.prototype, 'on');
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
      expect(born).not.toHaveBeenCalled();
      // The watch itself works:
      world.log.compact();
      expect(born).toHaveBeenCalled();
    } finally {
      born.mockRestore();
    }
  });
});

describe('P3, the log is causally complete', () => {
  it('[P3] a gap is not stored; the service asks, and the client heals it', () => {
    const world = new World();
    const ann = world.client().connect();
    const bob = world.client().connect();
    world.settle();
    ann.type('lost ');
    // The frame with the first word never arrives.
    ann.wire!.toRoom.length = 0;
    ann.unanswered = 0;
    ann.type('found');
    const { version } = world.log;
    ann.wire!.deliverToRoom(world);
    expect(world.log.version).toBe(version);
    world.settle();
    expect(textOf(bob)).toBe('lost found');
    expect(ann.unanswered).toBe(0);
    expect(ann.messages.some((message) => message.type === 'unsaved')).toBe(true);
  });

  it('[P3] what is known already is acknowledged and not stored again', () => {
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

describe('P8, bad input hurts only its sender', () => {
  const cases: [string, Uint8Array, number][] = [
    ['an unknown type', new Uint8Array([99, 1, 2]), CloseCode.unknownType],
    ['an unknown sync step', new Uint8Array([0, 7, 0]), CloseCode.unknownType],
    ['an empty frame', new Uint8Array(), CloseCode.malformed],
    ['a frame that ends early', new Uint8Array([0, 2, 9, 1]), CloseCode.malformed],
    ['an update of nonsense', new Uint8Array([0, 2, 3, 255, 255, 255]), CloseCode.malformed],
    [
      'a GC struct of length 0, which bricks a document for newcomers',
      new Uint8Array([0, 2, 7, 1, 1, 1, 0, 0, 0, 0]),
      CloseCode.malformed,
    ],
    ['awareness of nonsense', new Uint8Array([1, 2, 9, 9]), CloseCode.malformed],
    ['a state vector of nonsense', new Uint8Array([0, 0, 1, 9]), CloseCode.malformed],
    [
      'a message over the limit',
      new Uint8Array(limits.messageBytes + 1),
      CloseCode.tooBig,
    ],
    [
      'a frame of millions of tiny messages',
      new Uint8Array(limits.messageBytes).fill(3),
      CloseCode.tooBig,
    ],
    [
      'a message only the service sends',
      encodeMessage({ type: 'saved', version: 1, count: 1 }),
      CloseCode.unknownType,
    ],
  ];
  for (const [what, frame, code] of cases) {
    it(`[P8] ${what} closes its sender with ${code}; nobody else notices`, () => {
      const world = new World();
      const ann = world.client().connect();
      const mallory = world.client().connect();
      world.settle();
      ann.type('fine');
      world.settle();
      const { version } = world.log;
      const { wire } = mallory;
      const heard = ann.wire!.sent;
      mallory.sendFrame(frame);
      world.settle();
      expect(wire!.closeCode).toBe(code);
      expect(wire!.closeReason).not.toBe('');
      expect(world.failures).toEqual([]);
      expect(world.log.version).toBe(version);
      expect(ann.wire!.sent).toBe(heard);
      ann.type(' still');
      world.settle();
      expect(world.stored().getText('content').toString()).toBe('fine still');
    });
  }

  it('[P8] a reader that writes is told so, and nothing is stored', () => {
    const world = new World();
    const reader = world.client({ role: 'view' }).connect();
    world.settle();
    reader.type('graffiti');
    world.settle();
    expect(reader.messages).toContainEqual({ type: 'unsaved', reason: 'read-only' });
    expect(world.log.exists).toBe(false);
  });
});

describe('joining', () => {
  for (const speaksEdgepad of [true, false]) {
    const who = speaksEdgepad ? 'our client' : 'a stock client';
    it(`${who} gets the document before and after a compaction, and what it missed`, () => {
      const world = new World();
      const ann = world.client().connect();
      world.settle();
      for (const word of ['a ', 'b ', 'c ']) {
        ann.type(word);
        world.settle();
      }
      ann.text.delete(0, 2);
      world.settle();
      const bob = world.client({ speaksEdgepad }).connect();
      world.settle();
      expect(textOf(bob)).toBe('b c ');
      bob.cut();
      world.log.compact();
      ann.type('d ');
      ann.text.delete(0, 2);
      world.settle();
      const cid = world.client({ speaksEdgepad }).connect();
      bob.connect();
      world.settle();
      expect(textOf(bob)).toBe('c d ');
      expect(textOf(cid)).toBe('c d ');
      // Behind the snapshot by now, with a deletion it has not heard of:
      bob.cut();
      ann.type('e ');
      ann.text.delete(0, 2);
      world.settle();
      world.log.compact();
      bob.connect();
      world.settle();
      expect(textOf(bob)).toBe('d e ');
      expect(bob.doc.store.pendingStructs).toBeNull();
      expect(bob.doc.store.pendingDs).toBeNull();
    });
  }

  it('our client resumes by version: it gets the rows it has not seen and no others', () => {
    const world = new World();
    const ann = world.client().connect();
    const bob = world.client().connect();
    world.settle();
    for (const word of ['a', 'b', 'c']) {
      ann.type(word);
      world.settle();
    }
    bob.cut();
    ann.type('d');
    world.settle();
    bob.messages.length = 0;
    bob.connect();
    world.settle();
    expect(textOf(bob)).toBe('abcd');
    expect(bob.messages.filter((message) => message.type === 'update')).toHaveLength(1);
  });

  it('a document made anew under the same name is not resumed from the old one', () => {
    const world = new World();
    const ann = world.client().connect();
    const bob = world.client().connect();
    world.settle();
    for (const word of ['a', 'b', 'c']) {
      ann.type(word);
      world.settle();
    }
    bob.cut();
    ann.cut();
    const other = new World();
    const eve = other.client().connect();
    other.settle();
    for (const word of ['x', 'y', 'z', '!']) {
      eve.type(word);
      other.settle();
    }
    // The old document is gone; the new one happens to have more versions.
    world.sql = other.sql.clone();
    world.crash();
    bob.connect();
    world.settle();
    expect([...textOf(bob)].sort().join('')).toBe('!abcxyz');
  });

  it('[P3] a store that was wiped under open pages is filled by them again', () => {
    const world = new World();
    const people = [world.client(), world.client(), world.client({ speaksEdgepad: false })];
    for (const [index, person] of people.entries()) person.connect().present({ name: index });
    world.settle();
    for (const [index, person] of people.entries()) {
      person.type(`${index} `);
      world.settle();
    }
    world.sql = new MemorySql();
    world.crash();
    for (const [index, person] of people.entries()) person.connect().present({ name: index });
    for (let second = 0; second < 30; second++) {
      world.settle();
      world.pass(1000);
    }
    for (const person of people) expect(person.wire?.isOpen).toBe(true);
    expect(people.slice(0, 2).map(({ unanswered }) => unanswered)).toEqual([0, 0]);
    expect(world.stored().getText('content').toString()).toBe('0 1 2 ');
  });

  it('asking for a document that is not there writes nothing', () => {
    const world = new World();
    world.client().connect();
    world.client({ speaksEdgepad: false }).connect();
    world.settle();
    expect(world.log.exists).toBe(false);
    expect(world.sql.query('SELECT name FROM sqlite_master')).toEqual([]);
  });
});

describe('fan-out', () => {
  it('nobody gets back what they sent', () => {
    const world = new World();
    const ann = world.client().connect();
    const bob = world.client({ speaksEdgepad: false }).connect();
    world.settle();
    for (const client of [ann, bob]) client.messages.length = 0;
    ann.type('a');
    bob.type('b');
    world.settle();
    for (const client of [ann, bob]) {
      expect(client.messages.filter((message) => message.type === 'update')).toHaveLength(1);
    }
  });

  it('a burst leaves in few frames, the first update of it at once', () => {
    const world = new World();
    const ann = world.client().connect();
    const bob = world.client().connect();
    const cid = world.client({ speaksEdgepad: false }).connect();
    world.settle();
    world.pass(1000);
    for (const client of [bob, cid]) client.wire!.sent = 0;
    ann.type('a');
    ann.wire!.deliverToRoom(world);
    expect(bob.wire!.sent).toBe(1);
    for (const letter of 'bcdefgh') ann.type(letter);
    while (ann.wire!.deliverToRoom(world));
    expect(bob.wire!.sent).toBe(1);
    world.settle();
    expect([bob.wire!.sent, cid.wire!.sent]).toEqual([2, 2]);
    expect([textOf(bob), textOf(cid)]).toEqual(['abcdefgh', 'abcdefgh']);
    expect(ann.unanswered).toBe(0);
  });

  it('an update of more than a row is stored in parts under one version, and read back whole', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    ann.type('x'.repeat(3 * limits.rowBytes));
    world.settle();
    expect(world.log.version).toBe(1);
    expect(world.sql.query('SELECT part FROM updates')).toHaveLength(4);
    world.evict();
    const bob = world.client().connect();
    world.settle();
    expect(bob.text.length).toBe(3 * limits.rowBytes);
    world.log.compact();
    const cid = world.client().connect();
    world.settle();
    expect(cid.text.length).toBe(3 * limits.rowBytes);
  });
});
