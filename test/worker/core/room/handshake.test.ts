import { describe, expect, it } from 'vitest';
import { CloseCode } from '../../../../protocol/close-codes.ts';
import * as Y from 'yjs';
import { MemorySql } from '../../../support/memory-sql.ts';
import { type Client, World } from '../../../support/world.ts';
import { forge, gc, type Structs } from '../update/forge-updates.ts';

/** The text that a client sees. */
const textOf = (client: Client) => client.text.toString();

describe('joining', () => {
  for (const speaksEdgepad of [true, false]) {
    const dialect = speaksEdgepad ? 'an edgepad.v1' : 'a stock';
    it(`[P9] sends ${dialect} client the document or what it missed, also after a compaction`, () => {
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
      world.room.compact();
      ann.type('d ');
      ann.text.delete(0, 2);
      world.settle();
      const cid = world.client({ speaksEdgepad }).connect();
      bob.connect();
      world.settle();
      expect(textOf(bob)).toBe('c d ');
      expect(textOf(cid)).toBe('c d ');
      // Now behind the snapshot, and lacking a deletion:
      bob.cut();
      ann.type('e ');
      ann.text.delete(0, 2);
      world.settle();
      world.room.compact();
      bob.connect();
      world.settle();
      expect(textOf(bob)).toBe('d e ');
      expect(bob.doc.store.pendingStructs).toBeNull();
      expect(bob.doc.store.pendingDs).toBeNull();
    });
  }

  it('[P7] resumes by version: sends only the newer updates', () => {
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

  it('[P7] does not resume from a document that was replaced under the same name', () => {
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
    // The new document has more versions than the old one had.
    world.sql = other.sql.clone();
    world.crash();
    bob.connect();
    world.settle();
    expect([...textOf(bob)].sort().join('')).toBe('!abcxyz');
  });

  it('[P3] restores a wiped document from its open pages', () => {
    const world = new World();
    const clients = [world.client(), world.client(), world.client({ speaksEdgepad: false })];
    for (const [index, client] of clients.entries()) client.connect().present({ name: index });
    world.settle();
    for (const [index, client] of clients.entries()) {
      client.type(`${index} `);
      world.settle();
    }
    world.sql = new MemorySql();
    world.crash();
    for (const [index, client] of clients.entries()) client.connect().present({ name: index });
    for (let second = 0; second < 30; second++) {
      world.settle();
      world.pass(1000);
    }
    for (const client of clients) expect(client.connection?.isOpen).toBe(true);
    expect(clients.slice(0, 2).map(({ unanswered }) => unanswered)).toEqual([0, 0]);
    expect(world.stored().getText('content').toString()).toBe('0 1 2 ');
  });

  it('[P4] writes nothing when a client requests a document that does not exist', () => {
    const world = new World();
    world.client().connect();
    world.client({ speaksEdgepad: false }).connect();
    world.settle();
    expect(world.log.exists).toBe(false);
    expect(world.sql.query('SELECT name FROM sqlite_master')).toEqual([]);
  });
});

describe('editors with an older schema', () => {
  it('[E6 P7] may read but not write; clients without a schema number may write', () => {
    const world = new World();
    const old = world.client();
    const plain = world.client().connect();
    old.schema = 1;
    old.connect();
    world.settle();
    old.type('old');
    world.settle();
    const newer = world.client();
    newer.schema = 2;
    newer.connect();
    world.settle();
    newer.type('new ', 0);
    world.settle();
    const { version } = world.log;
    old.type('!');
    world.settle();
    expect(old.messages).toContainEqual({ type: 'unsaved', reason: 'outdated' });
    expect(world.log.version).toBe(version);
    plain.type('?');
    world.settle();
    expect(world.log.version).toBe(version + 1);
    // Also after a hibernation, and a new client learns the schema on connecting.
    world.evict();
    const late = world.client();
    late.schema = 1;
    late.connect();
    world.settle();
    expect(late.messages[0]).toMatchObject({ type: 'welcome', schema: 2, role: 'edit' });
    late.type('no');
    world.settle();
    expect(late.messages).toContainEqual({ type: 'unsaved', reason: 'outdated' });
  });

  it('[P8] an unknown schema number does not make other editors read-only', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    ann.type('ann');
    const hostile = world.client();
    hostile.schema = Number.MAX_SAFE_INTEGER;
    const { connection } = hostile.connect();
    hostile.type('hostile');
    world.settle();
    expect(connection!.closeCode).toBe(CloseCode.tryAgainLater);
    expect(world.log.schema).toBeLessThanOrEqual(world.newestSchema);
    const bob = world.client();
    bob.schema = world.newestSchema;
    bob.connect();
    world.settle();
    bob.type('bob');
    world.settle();
    expect(bob.messages).not.toContainEqual({ type: 'unsaved', reason: 'outdated' });
    expect(ann.text.toString()).toContain('bob');
  });
});

describe('documents that many sessions have edited', () => {
  for (const speaksEdgepad of [true, false]) {
    const dialect = speaksEdgepad ? 'an edgepad.v1' : 'a stock';
    it(`[P8 P9] accepts ${dialect} client that restores a document of 50,000 sessions`, () => {
      const world = new World();
      const ann = world.client({ speaksEdgepad });
      const sessions = Array.from({ length: 50_000 }, (_, i): Structs => [2 ** 45 + i, 0, [gc(1)]]);
      Y.applyUpdate(ann.doc, forge(sessions));
      ann.type('written offline').connect();
      world.settle();
      ann.cut();
      ann.type(', twice');
      world.room.compact();
      ann.connect();
      world.settle();
      expect(ann.connection?.isOpen).toBe(true);
      expect(world.stored().getText('content').toString()).toBe('written offline, twice');
    }, 120_000);
  }

  it('[P8] closes a client with a far longer state vector, not for good', () => {
    const world = new World();
    const mallory = world.client({ speaksEdgepad: false });
    Y.applyUpdate(
      mallory.doc,
      forge(Array.from({ length: 240_000 }, (_, i): Structs => [2 ** 45 + i, 0, [gc(1)]])),
    );
    mallory.connect();
    const { connection } = mallory;
    world.settle();
    expect(connection?.closeCode).toBe(CloseCode.tryAgainLater);
  });
});
