import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { Outbox } from '../../../web/provider/sync/outbox.ts';
import { splitUpdate } from '../../../web/provider/sync/split-update.ts';
import { UpdateStore } from '../../support/update-store.ts';
import { World } from '../../support/world.ts';
import { Author, settle } from '../../support/world/author.ts';

const hits = 10_000;

/** Replaces two of every four letters. */
function replaceAll(text: Y.Text, replacement: string): void {
  text.doc?.transact(() => {
    for (let hit = hits - 1; hit >= 0; hit--) {
      text.insert(4 * hit + 1, replacement);
      text.delete(4 * hit + 1 + replacement.length, 2);
    }
  });
}

describe('[P7] [P8] changes made offline in a long document', () => {
  const author = new Y.Doc();
  let store: UpdateStore;
  let changes: Uint8Array;
  beforeAll(() => {
    author.getText('content').insert(0, 'Rope'.repeat(hits));
    // Each item that is split moves these in the array of their client.
    const lines = Array.from({ length: 120_000 }, () => new Y.XmlElement('paragraph'));
    author.getXmlFragment('lines').insert(0, lines);
    store = new UpdateStore();
    store.add(Y.encodeStateAsUpdate(author));
    const before = Y.encodeStateVector(author);
    replaceAll(author.getText('content'), 'pq');
    // Another tab of the author goes on.
    const tab = new Y.Doc();
    Y.applyUpdate(tab, Y.encodeStateAsUpdate(author));
    tab.getText('content').insert(42, 'from the tab');
    Y.applyUpdate(author, Y.encodeStateAsUpdate(tab, Y.encodeStateVector(author)));
    author.getText('content').insert(45, 'within it');
    changes = Y.encodeStateAsUpdate(author, before);
  }, 120_000);

  it('are too much work for one update', () => {
    expect(() => store.add(changes)).toThrow('Too many items at one position');
  }, 120_000);

  it('are stored as several, each complete over those before', () => {
    const parts = splitUpdate(author, changes);
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) store.add(part);
    expect(store.stored().getText('content').toString())
      .toBe(author.getText('content').toString());
    expect(Y.encodeStateVector(store.stored())).toEqual(Y.encodeStateVector(author));
  }, 120_000);

  it('of the usual kind stay one update', () => {
    const small = new Y.Doc();
    small.getText('content').insert(0, 'x'.repeat(100_000));
    const update = Y.encodeStateAsUpdate(small);
    expect(splitUpdate(small, update)).toEqual([update]);
  });
});

it('[P7] updates of more than a message are split at structs', () => {
  const doc = new Y.Doc();
  const text = doc.getText('content');
  for (let i = 0; i < 12; i++) text.insert(0, `${i}`.repeat(1_000_000));
  const update = Y.encodeStateAsUpdate(doc);
  const store = new UpdateStore();
  const parts = splitUpdate(doc, update);
  expect(Math.max(...parts.map(({ length }) => length))).toBeLessThan(8 * 2 ** 20);
  for (const part of parts) store.add(part);
  expect(store.stored().getText('content').toString()).toBe(text.toString());
});

describe('[P7] the outbox', () => {
  function open(): { outbox: Outbox; sent: number[] } {
    const sent: number[] = [];
    return { outbox: new Outbox(({ update }) => sent.push(update.length)), sent };
  }
  const add = (outbox: Outbox, bytes: number) =>
    outbox.add({ type: 'update', update: new Uint8Array(bytes) });

  it('sends long updates once those before are answered, and keeps the order', () => {
    const { outbox, sent } = open();
    for (const bytes of [1, 2, 10_000, 3, 20_000]) add(outbox, bytes);
    expect(sent).toEqual([1, 2]);
    outbox.saved(1);
    expect(sent).toEqual([1, 2]);
    outbox.saved(1);
    expect(sent).toEqual([1, 2, 10_000, 3]);
    outbox.saved(2);
    expect(sent).toEqual([1, 2, 10_000, 3, 20_000]);
    expect(outbox.isEmpty).toBe(false);
    outbox.saved(1);
    expect(outbox.isEmpty).toBe(true);
  });

  it('sends nothing that may depend on a rejected update', () => {
    const { outbox, sent } = open();
    for (const bytes of [1, 10_000]) add(outbox, bytes);
    outbox.rejected();
    outbox.dropWaiting();
    expect(sent).toEqual([1]);
    expect(outbox.isEmpty).toBe(true);
  });
});

describe('[P7] a provider that returns with 10 MB of text', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('sends it in parts, and then shows that it is saved', async () => {
    const world = new World();
    const [ann, bob] = [new Author(world), world.client().connect()];
    await settle(world);
    ann.type('.');
    await settle(world);
    ann.leave();
    const { version } = world.log;
    for (let i = 0; i < 10; i++) ann.text.insert(0, `${i}`.repeat(1_000_000));
    ann.return();
    await settle(world);
    ann.type('!');
    await settle(world);
    expect(ann.provider.status).toEqual({ state: 'saved' });
    expect(world.log.version).toBeGreaterThan(version + 2);
    const texts = [ann.doc, bob.doc, world.stored()].map((doc) =>
      doc.getText('content').toString()
    );
    expect(new Set(texts).size).toBe(1);
    expect(texts[0]).toMatch(/^9+.*\.!$/u);
  }, 60_000);
});
