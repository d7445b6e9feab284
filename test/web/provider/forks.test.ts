import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { CloseCode } from '../../../protocol/close-codes.ts';
import { encodeAwareness } from '../../../protocol/awareness.ts';
import { moveForks } from '../../../web/provider/sync/forks.ts';
import { forkOrigin } from '../../../web/provider/sync/repeated-structs.ts';
import { SyncState } from '../../../web/provider/sync/sync-state.ts';
import type { MergeRows } from '../../../web/provider/offline/offline-store.ts';
import { mergeStoredUpdates } from '../../../web/provider/offline/merge-rows.ts';
import type { CopyOnDevice } from '../../../web/provider/provider-options.ts';
import { type Client, World } from '../../support/world.ts';
import { Author, settle } from '../../support/world/author.ts';
import { forge, gc, item, text } from '../../worker/core/update/forge-updates.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** An update under a client id, as its author could have written it after `doc`. */
function forged(doc: Y.Doc, client: number, write: (text: Y.Text) => void): Uint8Array {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  copy.clientID = client;
  const before = Y.encodeStateVector(copy);
  write(copy.getText('content'));
  return Y.encodeStateAsUpdate(copy, before);
}

/** Ann has typed "one", is away, and types " two" while a member forges under her id. */
async function attacked(
  forge: (text: Y.Text) => void,
  { isCompacted = false, offline }: { isCompacted?: boolean; offline?: CopyOnDevice } = {},
): Promise<{ world: World; ann: Author; member: Client; witness: Client }> {
  const world = new World();
  const [member, witness] = [world.client().connect(), world.client().connect()];
  const ann = new Author(world, new Y.Doc(), offline);
  await settle(world);
  ann.type('one');
  await settle(world);
  ann.leave();
  const update = forged(ann.doc, ann.doc.clientID, forge);
  ann.type(' two');
  member.send({ type: 'update', update });
  world.settle();
  if (isCompacted) world.room.compact();
  return { world, ann, member, witness };
}

function contentOf(doc: Y.Doc): string {
  return doc.getText('content').toString();
}

/** What a member forges where Ann typed " two"; what both have in common, and what is left of either. */
const forgeries = [
  { forgery: ' xxx', common: ' ', forgedRest: 'xxx', ownRest: 'two' },
  { forgery: 'x', common: '', forgedRest: 'x', ownRest: ' two' },
  { forgery: ' twx', common: ' tw', forgedRest: 'x', ownRest: 'o' },
  { forgery: ' xxx and more', common: ' ', forgedRest: 'xxx and more', ownRest: 'two' },
];

describe('content forged under the id of an absent author', () => {
  for (const isCompacted of [false, true]) {
    for (const { forgery, common, forgedRest, ownRest } of forgeries) {
      const where = isCompacted ? 'snapshot' : 'tail';
      it(`[P7] does not replace what the author typed ("${forgery}", ${where})`, async () => {
        const { world, ann, witness } = await attacked((text) => text.insert(3, forgery), {
          isCompacted,
        });
        const id = ann.doc.clientID;
        ann.return();
        await settle(world);
        expect(ann.provider.status).toEqual({ state: 'saved' });
        expect([`one${common}${ownRest}${forgedRest}`, `one${common}${forgedRest}${ownRest}`])
          .toContain(contentOf(ann.doc));
        expect(ann.doc.clientID).not.toBe(id);
        expect(ann.provider.awareness.clientID).toBe(ann.doc.clientID);
        ann.type('!');
        await settle(world);
        expect(ann.provider.status).toEqual({ state: 'saved' });
        const texts = [world.stored(), witness.doc].map(contentOf);
        expect(texts).toEqual([contentOf(ann.doc), contentOf(ann.doc)]);
      });
    }

    it(`[P7] is added when it continues what the author typed (${isCompacted})`, async () => {
      const { world, ann } = await attacked((text) => text.insert(3, ' two three'), {
        isCompacted,
      });
      ann.return();
      await settle(world);
      expect(ann.provider.status).toEqual({ state: 'saved' });
      expect(contentOf(ann.doc)).toBe('one two three');
      expect(contentOf(world.stored())).toBe('one two three');
    });
  }

  for (const isNamed of [false, true]) {
    const name = isNamed ? 'collected and deleted' : 'collected';
    it(`[P7] does not replace it when it is forged as ${name}`, async () => {
      const { world, ann, member } = await attacked(() => {});
      const { clientID } = ann.doc;
      const deletes = isNamed ? [[clientID, [[3, 2]]] as const] : [];
      // Two of the four clocks. What follows them would be collected too.
      member.send({ type: 'update', update: forge([[clientID, 3, [gc(2)]]], deletes) });
      world.settle();
      ann.return();
      await settle(world);
      expect(ann.provider.status).toEqual({ state: 'saved' });
      expect([ann.doc, world.stored()].map(contentOf)).toEqual(['one two', 'one two']);
    });
  }

  it('[P7] is stored when it is in the place of text that the author has deleted', async () => {
    const { world, ann, member } = await attacked(() => {});
    const { clientID } = ann.doc;
    const lines = ann.doc.getXmlFragment('lines');
    const line = new Y.XmlElement('paragraph');
    lines.insert(0, [line]);
    line.setAttribute('kind', 'h1');
    lines.delete(0, 1);
    // In a line that is collected, Ann has the clocks 8 and 9.
    expect(Y.getItem(ann.doc.store, Y.createID(clientID, 8))).toBeInstanceOf(Y.GC);
    const forged = [item({ origin: [clientID, 2] }, text(' two and more'))];
    member.send({ type: 'update', update: forge([[clientID, 3, forged]]) });
    world.settle();
    ann.return();
    await settle(world);
    expect(ann.provider.status).toEqual({ state: 'saved' });
    const texts = [ann.doc, world.stored()].map(contentOf);
    expect(texts).toEqual(Array(2).fill('one two and more'));
  });

  it('[P7] does not replace it when a member has taken the id', async () => {
    const { world, ann, member } = await attacked(() => {});
    const entry = { client: ann.doc.clientID, clock: 99, state: '{}' };
    member.send({ type: 'awareness', update: encodeAwareness([entry]) });
    world.settle();
    ann.return();
    await settle(world);
    expect(ann.provider.status).toEqual({ state: 'saved' });
    expect(contentOf(world.stored())).toBe('one two');
    expect(member.others.has(ann.doc.clientID)).toBe(true);
  });

  it('[P7] does not double what was stored and not acknowledged', async () => {
    const { world, ann, witness } = await attacked((text) => text.insert(3, ' two'));
    const id = ann.doc.clientID;
    ann.return();
    await settle(world);
    expect(ann.provider.status).toEqual({ state: 'saved' });
    expect([ann.doc, world.stored(), witness.doc].map(contentOf)).toEqual(Array(3).fill('one two'));
    expect(ann.doc.clientID).toBe(id);
  });

  it('[P7] does not replace it after a reload', async () => {
    const { world, ann } = await attacked((text) => text.insert(3, ' xxx'), { isCompacted: true });
    ann.provider.destroy();
    const rows = [Y.encodeStateAsUpdate(ann.doc)];
    const doc = new Y.Doc();
    const copy = storedCopy(doc, rows);
    const again = new Author(world, doc, copy);
    await settle(world);
    expect(again.provider.status).toEqual({ state: 'saved' });
    expect(['one twoxxx', 'one xxxtwo']).toContain(contentOf(world.stored()));
    expect(contentOf(doc)).toBe(contentOf(world.stored()));
    // The copy has the text once, under an id that counts as this browser's.
    expect(textOf([...copy.rows, Y.encodeStateAsUpdate(doc)])).toBe(contentOf(doc));
    expect(copy.clients.map((client) => doc.store.clients.has(client))).toEqual([true]);
  });

  it('[P7] does not replace it in the copy when another tab has moved its beginning', async () => {
    const { world, ann } = await attacked((text) => text.insert(3, ' xxx'), { isCompacted: true });
    ann.provider.destroy();
    const rows = [Y.encodeStateAsUpdate(ann.doc)];
    const [first, second] = [new Y.Doc(), new Y.Doc()];
    const copy = storedCopy(first, rows);
    Y.applyUpdate(second, rows[0]!);
    second.clientID = ann.doc.clientID;
    new Author(world, first, copy);
    await settle(world);
    // The author's own tab is still away, and goes on.
    second.getText('content').insert(7, ' three');
    copy.rows.push(Y.encodeStateAsUpdate(second, Y.encodeStateVector(ann.doc)));
    const author = new Author(world, second, copy);
    await settle(world);
    expect(author.provider.status).toEqual({ state: 'saved' });
    const texts = [first, second, world.stored()].map(contentOf);
    expect(texts).toEqual(Array(3).fill(texts[0]));
    expect(['one two threexxx', 'one xxxtwo three']).toContain(texts[0]);
    expect(textOf([...copy.rows, Y.encodeStateAsUpdate(second)])).toBe(texts[0]);
  });

  it('[P7] does not replace it when the author is in another tab', async () => {
    const { world, ann, member } = await attacked(() => {});
    ann.provider.destroy();
    const entry = { client: ann.doc.clientID, clock: 99, state: '{}' };
    member.send({ type: 'awareness', update: encodeAwareness([entry]) });
    world.settle();
    const doc = new Y.Doc();
    const again = new Author(world, doc, storedCopy(doc, [Y.encodeStateAsUpdate(ann.doc)]));
    await settle(world);
    expect(again.provider.status).toEqual({ state: 'saved' });
    expect(contentOf(world.stored())).toBe('one two');
  });

  it('[P7] is offered as unsaved text when a member takes each new id', async () => {
    const { world, ann } = await attacked(() => {});
    let moves = 0;
    take(ann.doc.clientID);
    ann.doc.on('update', (_update: Uint8Array, origin: unknown) => {
      if (origin !== forkOrigin) return;
      moves++;
      const stored = world.stored().store.clients;
      const moved = [...ann.doc.store.clients.keys()].filter((client) => !stored.has(client));
      for (const client of moved) take(client);
    });
    ann.return();
    for (let round = 0; round < 60 && ann.provider.status.state !== 'refused'; round++) {
      await settle(world);
    }
    expect(moves).toBe(8);
    expect(ann.provider.status).toMatchObject({
      state: 'refused',
      code: CloseCode.forbiddenContent,
    });
    expect(contentOf(ann.doc)).toBe('one two');
    expect(contentOf(world.stored())).toBe('one');

    function take(client: number): void {
      const member = world.client().connect();
      world.settle();
      const update = encodeAwareness([{ client, clock: 99, state: '{}' }]);
      member.send({ type: 'awareness', update });
      world.settle();
    }
  });
});

it('[P7] compares what a client receives again on the same connection', async () => {
  const world = new World();
  const [writer, reader] = [world.client().connect(), new Author(world)];
  await settle(world);
  writer.text.insert(0, 'one');
  await settle(world);
  reader.leave();
  await settle(world);
  reader.return();
  const { sockets } = reader;
  await settle(world);
  expect(reader.sockets - sockets).toBe(1);
  expect(reader.provider.status).toEqual({ state: 'saved' });
  expect(contentOf(reader.doc)).toBe('one');
});

describe('structs that move to another client id', () => {
  it('[P11] keep their place beside earlier ones of the same client', () => {
    const doc = new Y.Doc();
    doc.getText('content').insert(0, 'one');
    const forged = [item({ parent: 'content' }, text('forged '))];
    Y.applyUpdate(doc, forge([[doc.clientID, 3, forged]]));
    expect(movedText(doc, new Map([[doc.clientID, 3]]))).toBe('forged one');
  });

  it('[P11] keep their place beside those of a client whose id is close', () => {
    for (let client = 1000; client < 1100; client++) {
      const doc = new Y.Doc();
      const structs = [client, client - 2].map((id) =>
        [id, 0, [item({ parent: 'content' }, text(`${id} `))]] as const
      );
      Y.applyUpdate(doc, forge(structs));
      expect(movedText(doc, new Map([[client, 0]]))).toBe(`${client - 2} ${client} `);
    }
  });

  /** The text that others receive. */
  function movedText(doc: Y.Doc, forks: ReadonlyMap<number, number>): string {
    const state = new SyncState({ schema: 0, hasUnsaved: true });
    state.forks = forks;
    const awareness = new Awareness(doc);
    expect(moveForks(state, awareness, null)).toBeNull();
    awareness.destroy();
    const { id } = doc.getText('content')._first!; // it has items
    expect(forks.has(id.client)).toBe(false);
    const content = textOf([Y.encodeStateAsUpdate(doc)]);
    expect(content).toBe(contentOf(doc));
    return content;
  }
});

function textOf(rows: readonly Uint8Array[]): string {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, mergeStoredUpdates(rows).merged);
  return contentOf(doc);
}

interface StoredCopy extends CopyOnDevice {
  rows: Uint8Array[];
  clients: readonly number[];
}

/** A copy on this device, with unsaved changes, without IndexedDB. */
function storedCopy(doc: Y.Doc, rows: Uint8Array[]): StoredCopy {
  for (const row of rows) Y.applyUpdate(doc, row);
  const copy = Object.assign(new EventTarget(), {
    rows,
    state: { kind: 'stored' as const },
    clients: [] as readonly number[],
    loaded: Promise.resolve({ epoch: '', version: 0, isDirty: true }),
    storeResumePoint() {},
    rewrite(merge: MergeRows): void {
      const { merged, clients } = merge(copy.rows);
      copy.rows = [merged];
      copy.clients = clients;
    },
  });
  return copy;
}
