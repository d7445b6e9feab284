/**
 * Mutations that random events find too rarely. Each is found by a short story of its own: what it
 * returns with the mutated source differs from what it returns with the real one.
 */
import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { describe, expect, it } from 'vitest';
import { bundleMutant, type Mutation } from '../../support/simulator/bundle.ts';
import * as world from '../../support/world.ts';
import * as work from '../../../worker/core/work/document-work.ts';
import * as formats from '../../../worker/core/render/formats.ts';
import * as sync from '../../../web/provider/sync/lazy-sync.ts';
import { hostileDocuments } from '../../support/steps/hostile-documents.ts';
import { limits } from '../../../protocol/limits.ts';
import { encodeMessages } from '../../../protocol/messages.ts';
import { SyncState } from '../../../web/provider/sync/sync-state.ts';
import { any, deleted, forge, gc, item, type Structs, text } from './update/forge-updates.ts';

/** The modules that stories run. */
const modules = {
  'test/support/world.ts': world,
  'web/provider/sync/lazy-sync.ts': sync,
  'worker/core/render/formats.ts': formats,
  'worker/core/work/document-work.ts': work,
};

type Modules = typeof modules;

interface Story<Entry extends keyof Modules> extends Mutation {
  readonly rules: string;
  readonly outcome: unknown;
  run(module: Modules[Entry]): unknown;
}

const rootText = (doc: Y.Doc) => doc.getText('content').toString();

/** The text of a document whose structs of client 1000 have moved, here and for others. */
function movedTexts({ moveForks }: typeof sync, structs: readonly Structs[], clock: number) {
  const [doc, other] = [new Y.Doc(), new Y.Doc()];
  Y.applyUpdate(doc, forge(structs));
  const state = new SyncState({ schema: 0, hasUnsaved: true });
  state.forks = new Map([[1000, clock]]);
  const awareness = new Awareness(doc);
  moveForks(state, awareness, null);
  awareness.destroy();
  Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
  return [doc, other].map(rootText);
}

/** Where the structs of a document and those of an update first differ. */
function forkAt({ findForksWith }: typeof sync, held: Structs, received: Structs) {
  const doc = new Y.Doc();
  const others: Structs = [7, 0, [
    item({ parent: 'content' }, text('x')),
    item({ parent: 'other' }, text('y')),
    item({ parent: 'content' }, text('z')),
  ]];
  Y.applyUpdate(doc, forge([others, held]));
  const deletes = [[7, [[0, 1]]], [1000, [[0, 1]]]] as const;
  return findForksWith(doc, [forge([received], deletes)]).get(1000) ?? null;
}

/** A member has written a title in the place of what client 1000 has typed. */
function forgedTitle({ World }: typeof world, speaksEdgepad = true) {
  const room = new World();
  const member = room.client().connect();
  room.settle();
  const value = item({ parent: 'meta', key: 'title' }, any(['forged']));
  member.send({ type: 'update', update: forge([[1000, 0, [value]]]) });
  room.settle();
  member.cut();
  const author = room.client({ speaksEdgepad }).connect();
  room.settle();
  const { connection } = author;
  return {
    room,
    /** Sends structs of client 1000. Returns how the last one was answered. */
    send(clock: number, ...parts: Structs[2]) {
      author.send({ type: 'update', update: forge([[1000, clock, parts]]) });
      room.settle();
      const answer = author.messages.findLast(({ type }) => type === 'saved' || type === 'unsaved');
      if (!connection!.isOpen) return connection!.closeCode;
      return answer?.type === 'unsaved' ? answer.reason : 'saved';
    },
  };
}

const typed = item({ parent: 'content' }, text('a'));
const before = item({ right: [1000, 0] }, text('b'));

const syncStories: readonly Story<'web/provider/sync/lazy-sync.ts'>[] = [
  {
    rules: 'P7 P11',
    name: 'structs move to a higher client id',
    file: 'web/provider/sync/moved-ids.ts',
    find: 'let target = client - distance;\n    if (target <= nearest)',
    replace: 'let target = client + distance;\n    if (target <= nearest)',
    outcome: ['forged one', 'forged one'],
    run: (module) =>
      movedTexts(module, [[1000, 0, [
        item({ parent: 'content' }, text('one')),
        item({ parent: 'content' }, text('forged ')),
      ]]], 3),
  },
  {
    rules: 'P7 P11',
    name: 'structs move below the client id of others',
    file: 'web/provider/sync/moved-ids.ts',
    find: 'if (target <= nearest) target = Math.floor((nearest + client) / 2);',
    replace: '',
    outcome: ['bcd', 'bcd'],
    run: (module) =>
      movedTexts(
        module,
        [[1000, 'd'], [998, 'c'], [900, 'b']].map(([id, word]): Structs => [id as number, 0, [
          item({ parent: 'content' }, text(word as string)),
        ]]),
        0,
      ),
  },
  {
    rules: 'P7 P11',
    name: 'structs without a free client id below are not inserted anew',
    file: 'web/provider/sync/move-structs.ts',
    find: 'below ? [] : placesOf(store, moves)',
    replace: '[]',
    outcome: ['cdb', 'cdb'],
    run: (module) =>
      movedTexts(
        module,
        [[1000, 'd'], [999, 'c'], [1001, 'b']].map(([id, word]): Structs => [id as number, 0, [
          item({ parent: 'content' }, text(word as string)),
        ]]),
        0,
      ),
  },
  {
    rules: 'P7',
    name: 'garbage-collected structs are taken for the items that they replace',
    file: 'web/provider/sync/collected-structs.ts',
    find: 'if (!isInLiveType(doc, item, received)) continue;',
    replace: 'continue;',
    outcome: 0,
    run: (module) => forkAt(module, [1000, 0, [gc(1)]], [1000, 0, [typed]]),
  },
  {
    rules: 'P7 P11',
    name: 'deleted items with other right neighbours are taken for the same',
    file: 'protocol/compare-updates.ts',
    find: 'if (isDeleted && !Y.compareIDs(held.rightOrigin, received.rightOrigin)) return from;',
    replace: '',
    outcome: 0,
    run: (module) =>
      forkAt(
        module,
        [1000, 0, [item({ right: [7, 0] }, text('a'))]],
        [1000, 0, [item({ right: [7, 2] }, deleted(1))]],
      ),
  },
];

/**
 * How many of 20 updates are stored at once that a client sends, each of which takes many steps.
 * `inOneFrame`: as one long frame; else the client leaves.
 */
function storedOf({ World }: typeof world, inOneFrame: boolean): number {
  const updates = Array.from(
    { length: 20 },
    (_, round) =>
      forge(Array.from({ length: 200 }, (_, i): Structs => [
        100_000 * (round + 1) - i,
        0,
        [item({ parent: 'content' }, text('x'))],
      ])),
  );
  const messages = updates.map((update) => ({ type: 'update', update }) as const);
  const room = new World();
  const script = room.client().connect();
  room.settle();
  const { connection } = script;
  const bytes = encodeMessages(messages);
  if (inOneFrame) script.send({ type: 'part', total: bytes.length, bytes });
  else for (const message of messages) script.send(message);
  while (connection!.deliverToRoom(room));
  if (!inOneFrame) room.room.leave(connection!);
  return room.log.version;
}

const roomStories: readonly Story<'test/support/world.ts'>[] = [
  {
    rules: 'P8',
    name: 'the work of a client that leaves is not limited',
    file: 'worker/core/room/message-queue.ts',
    find: 'while (this.#limiter.wait(0, now) <= limits.maxQueueDelay) {',
    replace: 'for (;;) {',
    outcome: true,
    run: (module) => storedOf(module, false) < 20,
  },
  {
    rules: 'P8',
    name: 'the messages of a long frame do not wait',
    file: 'worker/core/room/room.ts',
    find: 'if (limiter.wait(0, now) > maxWait) {',
    replace: 'if (now < 0) {',
    outcome: true,
    run: (module) => storedOf(module, true) < 20,
  },
  {
    rules: 'P7 P8',
    name: 'an update is judged before it is compared',
    file: 'worker/core/room/update-ingest.ts',
    find:
      "if (error instanceof RepeatedStructureError) return { type: 'forbidden', error } as const;",
    replace: '',
    outcome: 'forked',
    run: (module) => forgedTitle(module).send(0, typed, before),
  },
  {
    rules: 'P7',
    name: 'updates after a rejected one are accepted',
    file: 'worker/core/room/update-ingest.ts',
    find: 'else if (author.mustResend) return this.#reject(author, author.mustResend);',
    replace: '',
    outcome: ['forked', 'forked'],
    run: (module) => {
      const { send } = forgedTitle(module);
      return [send(0, typed), send(1, typed)];
    },
  },
  {
    rules: 'P7 P9',
    name: 'a stock client is not told that its content is forked',
    file: 'worker/core/room/update-ingest.ts',
    find: 'throw new ProtocolError(CloseCode.conflict, forkedReason);',
    replace: '',
    outcome: 4422,
    run: (module) => forgedTitle(module, false).send(0, typed),
  },
  {
    rules: 'P7',
    name: 'a client receives updates before it has the document',
    file: 'worker/core/room/broadcast.ts',
    find: 'const updates = hasDocument ? others : [];',
    replace: 'const updates = others;',
    outcome: 0,
    run: ({ World }) => {
      const room = new World();
      const author = room.client().connect();
      room.settle();
      const late = room.client().connect();
      author.type('a');
      author.connection!.deliverToRoom(room);
      room.pass(1000);
      return late.connection!.sent;
    },
  },
  {
    rules: 'P1 P7',
    name: 'a failing read loses the updates that wait to be sent',
    file: 'worker/core/room/broadcast.ts',
    find: 'const version = this.#version;',
    replace: 'const { version } = this.#log;',
    outcome: 'ab',
    run: ({ World }) => {
      const room = new World();
      const [author, reader] = [room.client().connect(), room.client().connect()];
      room.settle();
      for (const letter of 'ab') author.type(letter);
      while (author.connection!.deliverToRoom(room));
      room.room.compact();
      const { query } = room.sql;
      room.sql.query = () => {
        throw new Error('The disk fails');
      };
      try {
        room.pass(1000);
      } catch {
        // The timer's work has failed.
      }
      room.sql.query = query;
      room.settle();
      return reader.text.toString();
    },
  },
  {
    rules: 'P8',
    name: 'an update is not charged for its work',
    file: 'worker/core/room/update-ingest.ts',
    find: 'limiter.charge(this.#log.admissionWork, this.#host.monotonicNow());',
    replace: '',
    outcome: 2,
    run: ({ World }) => {
      const room = new World();
      const author = room.client().connect();
      room.settle();
      for (let round = 0; round < 6; round++) {
        const clients = Array.from(
          { length: 20_000 },
          (_, k): Structs => [20_000 * round + k, 0, [gc(1)]],
        );
        author.send({ type: 'update', update: forge(clients) });
      }
      while (author.connection!.deliverToRoom(room));
      return room.log.version;
    },
  },
  {
    rules: 'P8',
    name: 'an answer is not charged to its connection',
    file: 'worker/core/room/rate-limiter.ts',
    find: '    this.#answers.charge(units, now);\n',
    replace: '',
    outcome: 4529,
    run: ({ World }) => {
      const room = new World();
      const author = room.client().connect();
      room.settle();
      for (let lines = 0; lines < 4; lines++) author.type('x'.repeat(1_000_000));
      room.settle();
      room.pass(60_000);
      const { connection } = room.client({ speaksEdgepad: false }).connect();
      for (let asked = 0; asked < 10; asked++) {
        room.receive(connection!, new Uint8Array([0, 0, 1, 0]));
        connection!.toClient.length = 0;
        room.receive(connection!, new Uint8Array([0, 1, 2, 0, 0]));
      }
      return connection!.closeCode;
    },
  },
];

const workStories: readonly Story<'worker/core/work/document-work.ts'>[] = [
  {
    rules: 'P8',
    name: 'an address is not charged',
    file: 'worker/core/work/document-work.ts',
    find: 'this.#address?.charge(units, now);',
    replace: '',
    outcome: true,
    run: ({ DocumentWork }) => {
      const account = new DocumentWork({ monotonicNow: () => 0 }).accountOf('192.0.2.1');
      account.charge(1e6, 0);
      return account.wait(0) > 0;
    },
  },
  {
    rules: 'P8',
    name: 'a document is not charged',
    file: 'worker/core/work/document-work.ts',
    find: 'this.#document.charge(units, now);',
    replace: '',
    outcome: true,
    run: ({ DocumentWork }) => {
      const account = new DocumentWork({ monotonicNow: () => 0 }).accountOf(null);
      account.charge(1e6, 0);
      return account.wait(0) > 0;
    },
  },
];

const renderStories: readonly Story<'worker/core/render/formats.ts'>[] = [
  {
    rules: 'P8 R8',
    name: 'the output of a rendering is not limited',
    file: 'worker/core/render/limit-output.ts',
    find: 'return new OutputLimiter(blockSize).limit(blocks, 0);',
    replace: 'return blocks;',
    outcome: true,
    run: ({ readDocument, renderers }) => {
      const doc = hostileDocuments['short lines of code, in nested lists']!(32_768);
      const stored = Y.encodeStateAsUpdate(doc).length;
      const max = limits.renderedFreely + limits.renderedPerStored * stored;
      return renderers.md(readDocument(doc)).length <= max;
    },
  },
];

function describeStories<Entry extends keyof Modules>(
  entry: Entry,
  stories: readonly Story<Entry>[],
): void {
  describe(`a story over ${entry} finds every mutation`, () => {
    for (const story of stories) {
      it(`[${story.rules}] ${story.name}`, async () => {
        expect(story.run(modules[entry])).toEqual(story.outcome);
        const mutant = await bundleMutant(story, entry) as Modules[Entry];
        expect(story.run(mutant)).not.toEqual(story.outcome);
      }, 120_000);
    }
  });
}

describeStories('web/provider/sync/lazy-sync.ts', syncStories);
describeStories('test/support/world.ts', roomStories);
describeStories('worker/core/work/document-work.ts', workStories);
describeStories('worker/core/render/formats.ts', renderStories);
