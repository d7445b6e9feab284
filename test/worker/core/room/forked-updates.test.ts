import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { CloseCode } from '../../../../protocol/close-codes.ts';
import { type Client, World } from '../../../support/world.ts';
import { any, forge, item, text } from '../update/forge-updates.ts';

/** The answers to a client's updates, in order. */
function answersTo(client: Client): string[] {
  return client.messages.flatMap((message) => {
    if (message.type === 'saved') return Array<string>(message.count).fill('saved');
    return message.type === 'unsaved' ? [message.reason] : [];
  });
}

/** An update of `client`, who has typed `first`, with `text` at the next clock. */
function continued(client: number, first: string, text: string): Uint8Array {
  const doc = new Y.Doc();
  doc.clientID = client;
  doc.getText('content').insert(0, first);
  const before = Y.encodeStateVector(doc);
  doc.getText('content').insert(first.length, text);
  return Y.encodeStateAsUpdate(doc, before);
}

/** A world in which Ann has typed "one", is away, and has typed " two" unseen. */
function absentAnn(): { world: World; ann: Client; member: Client } {
  const world = new World();
  const [ann, member] = [world.client().connect(), world.client().connect()];
  world.settle();
  ann.type('one');
  world.settle();
  ann.cut();
  ann.type(' two');
  return { world, ann, member };
}

describe('updates that repeat client ids and clocks', () => {
  for (const isCompacted of [false, true]) {
    const where = isCompacted ? 'snapshot' : 'tail';

    it(`[P3 P7] are saved when the ${where} has the same content`, () => {
      const { world, ann, member } = absentAnn();
      // Another peer has brought it, in other pieces.
      member.send({ type: 'update', update: continued(ann.id, 'one', ' t') });
      member.send({ type: 'update', update: continued(ann.id, 'one', ' two') });
      world.settle();
      if (isCompacted) world.room.compact();
      const { version } = world.log;
      ann.connect();
      world.settle();
      const before = answersTo(ann).length;
      ann.send({ type: 'update', update: Y.encodeStateAsUpdate(ann.doc) });
      world.settle();
      expect(answersTo(ann).slice(before)).toEqual(['saved']);
      expect(world.log.version).toBe(version);
    });

    it(`[P3 P7] are forked when the ${where} has other content`, () => {
      const { world, ann, member } = absentAnn();
      member.send({ type: 'update', update: continued(ann.id, 'one', ' xxx') });
      world.settle();
      if (isCompacted) world.room.compact();
      const { version } = world.log;
      ann.connect();
      world.settle();
      const before = answersTo(ann).length;
      ann.send({ type: 'update', update: Y.encodeStateAsUpdate(ann.doc) });
      // Longer than what is stored, so that a part of it is new.
      ann.send({ type: 'update', update: continued(ann.id, 'one', ' two and three') });
      world.settle();
      expect(answersTo(ann).slice(before)).toEqual(['forked', 'forked']);
      expect(world.log.version).toBe(version);
      expect(world.stored().getText('content').toString()).toBe('one xxx');
    });

    it(`[P3 P7] are saved when the ${where} has deleted the content`, () => {
      const { world, ann, member } = absentAnn();
      member.send({ type: 'update', update: continued(ann.id, 'one', ' two') });
      world.settle();
      member.text.delete(0, member.text.length);
      world.settle();
      if (isCompacted) world.room.compact();
      ann.connect();
      world.settle();
      const before = answersTo(ann).length;
      ann.send({ type: 'update', update: continued(ann.id, 'one', ' two') });
      world.settle();
      expect(answersTo(ann).slice(before)).toEqual(['saved']);
    });
  }

  it('[P7] are answered before their structure is judged', () => {
    const { world, ann, member } = absentAnn();
    ann.type('!', 3); // before what she has typed last
    const before = item({ right: [ann.id, 0] }, text('x'));
    const value = item({ parent: 'meta', key: 'title' }, any(['forged']));
    member.send({ type: 'update', update: forge([[ann.id, 3, [value]]]) });
    world.settle();
    const { version } = world.log;
    ann.connect();
    ann.send({ type: 'update', update: Y.encodeStateAsUpdate(ann.doc) });
    while (ann.connection?.deliverToRoom(world));
    while (ann.connection?.deliverToClient());
    expect(answersTo(ann).at(-1)).toBe('forked');
    expect(ann.connection?.isOpen).toBe(true);
    // The same structure around content that the log has.
    const own = item({ right: [ann.id, 3] }, text('x'));
    member.send({ type: 'update', update: forge([[ann.id, 3, [value]], [7, 0, [before, own]]]) });
    const { connection } = member;
    world.settle();
    expect(connection?.closeCode).toBe(CloseCode.forbiddenContent);
    expect(world.log.version).toBe(version);
  });

  const rejections = [
    { reason: 'forked', rejected: (id: number) => continued(id, 'one', ' two') },
    { reason: 'gap', rejected: () => continued(7, 'missing', '!') },
  ];
  for (const { reason, rejected } of rejections) {
    it(`[P7] are followed by updates with the same answer, until a sync step 2 (${reason})`, () => {
      const { world, ann, member } = absentAnn();
      member.send({ type: 'update', update: continued(ann.id, 'one', ' xxx') });
      world.settle();
      member.cut();
      ann.connect();
      world.settle();
      const { version } = world.log;
      const before = answersTo(ann).length;
      // It continues what the member has forged as well as what Ann has typed.
      const next = continued(ann.id, 'one two', '!');
      ann.send({ type: 'update', update: rejected(ann.id) });
      ann.send({ type: 'update', update: next });
      ann.connection?.deliverToRoom(world);
      ann.connection?.deliverToRoom(world);
      expect(world.log.version).toBe(version);
      ann.send({ type: 'sync-step-2', update: next });
      world.settle();
      expect(answersTo(ann).slice(before, before + 3)).toEqual([reason, reason, 'saved']);
      expect(world.log.version).toBe(version + 1);
    });
  }

  it('[P8] are compared at a limited rate', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    for (let row = 0; row < 40; row++) ann.type('x'.repeat(60_000), 0);
    world.settle();
    world.pass(60_000);
    const repeated = continued(ann.id, '', 'x');
    let reads = 0;
    const { tail } = world.log;
    world.log.tail = () => {
      reads++;
      return tail.call(world.log);
    };
    for (let i = 0; i < 20; i++) ann.send({ type: 'update', update: repeated });
    ann.connection!.deliverAll(world);
    expect(reads).toBeLessThan(4);
  });
});
