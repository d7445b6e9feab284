import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { CloseCode } from '../../../../protocol/close-codes.ts';
import { limits } from '../../../../protocol/limits.ts';
import { encodeMessage } from '../../../../protocol/messages.ts';
import { permissionOf } from '../../../../worker/core/access/principal.ts';
import { newAttachment } from '../../../../worker/core/room/new-connection.ts';
import { forge, item, text } from '../update/forge-updates.ts';
import { World } from '../../../support/world.ts';

describe('invalid input', () => {
  const cases: [string, Uint8Array, number][] = [
    ['an unknown message type', new Uint8Array([99, 1, 2]), CloseCode.unknownType],
    ['an unknown sync step', new Uint8Array([0, 7, 0]), CloseCode.unknownType],
    ['an empty frame', new Uint8Array(), CloseCode.malformed],
    ['a frame that ends early', new Uint8Array([0, 2, 9, 1]), CloseCode.malformed],
    ['a malformed update', new Uint8Array([0, 2, 3, 255, 255, 255]), CloseCode.malformed],
    [
      'a GC struct of length 0, which makes a document unloadable',
      new Uint8Array([0, 2, 7, 1, 1, 1, 0, 0, 0, 0]),
      CloseCode.malformed,
    ],
    ['malformed awareness', new Uint8Array([1, 2, 9, 9]), CloseCode.malformed],
    ['a malformed state vector', new Uint8Array([0, 0, 1, 9]), CloseCode.malformed],
    [
      'a message over the limit',
      new Uint8Array(limits.messageBytes + 1),
      CloseCode.tooBig,
    ],
    [
      'a frame of millions of short messages',
      new Uint8Array(limits.messageBytes).fill(3),
      CloseCode.tooBig,
    ],
    [
      'a message that only the service sends',
      encodeMessage({ type: 'saved', version: 1, count: 1 }),
      CloseCode.unknownType,
    ],
  ];
  for (const [what, frame, code] of cases) {
    it(`[P8] closes only the sender of ${what}, with ${code}`, () => {
      const world = new World();
      const ann = world.client().connect();
      const hostile = world.client().connect();
      world.settle();
      ann.type('fine');
      world.settle();
      const { version } = world.log;
      const { connection } = hostile;
      const sentBefore = ann.connection!.sent;
      hostile.sendFrame(frame);
      world.settle();
      expect(connection!.closeCode).toBe(code);
      expect(connection!.closeReason).not.toBe('');
      expect(world.failures).toEqual([]);
      expect(world.log.version).toBe(version);
      expect(ann.connection!.sent).toBe(sentBefore);
      ann.type(' still');
      world.settle();
      expect(world.stored().getText('content').toString()).toBe('fine still');
    });
  }

  it('[P11] stores and sends an item with impossible neighbours where all replicas insert it', () => {
    const world = new World();
    const [hostile, honest] = [
      world.client({ speaksEdgepad: false }).connect(),
      world.client().connect(),
    ];
    world.settle();
    const updates = [
      forge([[9, 0, [item({}, text('abcd'))]]]),
      forge([[8, 0, [item({ right: [9, 0] }, text('<'))]]]),
      forge([[7, 0, [item({ origin: [9, 2], right: [8, 0] }, text('x'))]]]),
    ];
    for (const update of updates) hostile.send({ type: 'update', update });
    world.settle();
    const newcomer = new Y.Doc();
    for (const update of world.log.allUpdates()) Y.applyUpdate(newcomer, update);
    world.room.compact();
    const later = new Y.Doc();
    for (const update of world.log.allUpdates()) Y.applyUpdate(later, update);
    for (const doc of [honest.doc, newcomer, later]) {
      expect(doc.getText('text').toString()).toBe('<abcxd');
    }
    expect(hostile.connection).not.toBeNull();
  });

  it("[P9] tells Hocuspocus' provider which one to use, and keeps its connection", () => {
    const world = new World();
    const sent: Uint8Array[] = [];
    const connection = {
      attachment: newAttachment(permissionOf('edit'), null),
      lastSeenAt: 0,
      send: (frame: Uint8Array) => void sent.push(frame),
      close: (code: number, reason: string) => {
        throw new Error(`Closed with ${code}: ${reason}`);
      },
    };
    // Its first frame: the name of the document, "auth", "token", and an empty token.
    const frame = new Uint8Array([5, ...new TextEncoder().encode('notes'), 2, 0, 0]);
    world.room.receive(connection, frame);
    const text = new TextDecoder().decode(sent[0]);
    expect(text.slice(0, 8)).toBe('\x05notes\x02\x01');
    expect(text.charCodeAt(8)).toBe(text.length - 9);
    expect(text.slice(9)).toMatch(/^Hocuspocus is another protocol/);
    for (
      const other of [[5, 110, 111], [5, 110, 111, 116, 47, 115, 2], [
        5,
        110,
        111,
        116,
        101,
        115,
        99,
      ]]
    ) {
      expect(() => world.room.receive(connection, new Uint8Array(other))).toThrow(/Closed with/);
    }
  });

  it('[P8] rejects the update of a client that may only read', () => {
    const world = new World();
    const reader = world.client({ role: 'view' }).connect();
    world.settle();
    reader.type('rejected');
    world.settle();
    expect(reader.messages).toContainEqual({ type: 'unsaved', reason: 'read-only' });
    expect(world.log.exists).toBe(false);
  });
});
