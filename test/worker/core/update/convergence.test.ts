import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { ProtocolError } from '../../../../protocol/protocol-error.ts';
import { compactUpdates } from '../../../../worker/core/log/compaction.ts';
import { ItemIndex } from '../../../../worker/core/update/item-index.ts';
import { LogState } from '../../../../worker/core/update/log-state.ts';
import { validateUpdate } from '../../../../worker/core/update/validate-update.ts';
import { Random } from '../../../support/random.ts';
import { Author } from './author.ts';
import { forgeNeighbours } from './forge-neighbours.ts';
import { forgeAtRandom } from './forge-updates.ts';
import { exchangeDeletions, ordersOf, renderAll, replicasOf } from './replicas.ts';
import { readAsStockClients } from './stock-readers.ts';

/** Multiplies the seeds: `EDGEPAD_FUZZ=20 npx vitest run --project pure test/worker/core/update`. */
const effort = Number(process.env.EDGEPAD_FUZZ ?? 1);
const timeout = 240_000 * effort;

/** Client ids of authors are above. Nothing is forged under them: their owners are connected. */
const firstAuthor = 1e6;

/** A log as the service stores it. */
class StoredLog {
  readonly updates: Uint8Array[] = [];
  readonly state = new LogState();
  /** What a connected client has received. Keeps deleted content. */
  readonly doc = new Y.Doc({ gc: false });
  index = new ItemIndex();
  corrections = 0;

  /** Whether the update is stored. */
  add(update: Uint8Array): boolean {
    const validated = validateUpdate(update, this.state);
    if (validated.type === 'gap') return false;
    const stored = this.index.add(validated.update);
    if (stored === null) return false;
    if (stored !== validated.update) this.corrections++;
    this.state.add(validated.contents);
    this.updates.push(stored);
    Y.applyUpdate(this.doc, stored);
    return true;
  }

  /** Indexes the log again, as after a wake or a compaction. */
  wake({ isCompacted }: { readonly isCompacted: boolean }): void {
    const { updates, state } = this;
    this.index = ItemIndex.decode(
      ItemIndex.of(
        isCompacted ? [compactUpdates(updates, state.encodeStateVector()).update] : updates,
      ).encode(),
    );
  }

  orderIn(root: string): string[] {
    return [...this.index.itemsIn(root)].flatMap(({ client, clock, length }) =>
      Array.from({ length }, (_, i) => `${client}:${clock + i}`)
    );
  }
}

function expectEqualReplicas(log: StoredLog, random: Random, name: string): void {
  const replicas = [...replicasOf(log.updates, random)];
  const first = replicas[0]![1];
  const order = ordersOf(first);
  for (const [kind, doc] of replicas) expect(ordersOf(doc), `${name}, ${kind}`).toEqual(order);
  exchangeDeletions(replicas.map(([, doc]) => doc));
  const rendered = renderAll(first);
  for (const [kind, doc] of replicas) {
    expect(renderAll(doc), `${name}, ${kind}`).toEqual(rendered);
    expect(() => readAsStockClients(doc), `${name}, ${kind}`).not.toThrow();
  }
  for (const root of ['text', 'array', 'lines']) {
    expect(log.orderIn(root), `${name}, index`).toEqual(order.get(root) ?? []);
  }
}

describe('replicas', () => {
  it('[P11] order the items of hostile updates alike', () => {
    const outcomes = { stored: 0, notStored: 0, rejected: 0, corrected: 0 };
    for (let seed = 1; seed <= 60 * effort; seed++) {
      const random = new Random(seed);
      const log = new StoredLog();
      const authors = [1, 2].map((i) =>
        new Author(firstAuthor + random.below(20) * 2 + i, { gc: i === 1 })
      );
      for (let step = 0; step < 25; step++) {
        if (random.chance(0.35)) {
          const author = random.pick(authors);
          author.edit(random);
          for (const update of author.takeOutbox()) log.add(update);
          if (random.chance(0.7)) author.receive(log.updates);
          continue;
        }
        const clocks = [...log.state.clocks()].filter(([client]) => client < firstAuthor);
        const clients = clocks.map(([client]) => client);
        const update = random.chance(0.75)
          ? forgeNeighbours(log.doc, log.state, clients, random)
          : forgeAtRandom(new Map(clocks), random);
        try {
          outcomes[log.add(update) ? 'stored' : 'notStored']++;
        } catch (error) {
          if (!(error instanceof ProtocolError)) throw error;
          outcomes.rejected++;
        }
        if (random.chance(0.1)) log.wake({ isCompacted: random.chance(0.5) });
      }
      outcomes.corrected += log.corrections;
      expectEqualReplicas(log, random, `seed ${seed}`);
    }
    expect(outcomes.stored).toBeGreaterThan(400);
    expect(outcomes.corrected).toBeGreaterThan(200);
    if (effort > 1) console.log(outcomes);
  }, timeout);

  it('[P11] order what the undo of Yjs inserts alike, its author included', () => {
    let corrections = 0;
    for (let seed = 1; seed <= 60 * effort; seed++) {
      const random = new Random(seed);
      const log = new StoredLog();
      const authors = [1, 2, 3].map((i) => new Writer(firstAuthor + random.below(1000) * 4 + i));
      for (let step = 0; step < 60; step++) {
        const author = random.pick(authors);
        for (let edits = random.below(4); edits >= 0; edits--) author.edit(random);
        for (const update of author.takeOutbox()) expect(log.add(update)).toBe(true);
        if (random.chance(0.6)) author.receive(log.updates, random);
      }
      for (const author of authors) author.receive(log.updates);
      corrections += log.corrections;
      expectEqualReplicas(log, random, `seed ${seed}`);
      for (const { doc } of authors) {
        expect(ordersOf(doc).get('lines'), `seed ${seed}`).toEqual(ordersOf(log.doc).get('lines'));
        expect(textOf(doc), `seed ${seed}`).toBe(textOf(log.doc));
      }
    }
    expect(corrections).toBeGreaterThan(0);
  }, timeout);

  it('[P11] read alike after the undo of a deleted line in which another author has typed', () => {
    const log = new StoredLog();
    const [author, other] = [1, 2].map((id) => new Writer(firstAuthor + id)) as [Writer, Writer];
    const synchronize = () => {
      for (const { doc } of [author, other]) {
        log.add(Y.encodeStateAsUpdate(doc, log.state.encodeStateVector()));
      }
      for (const { doc } of [author, other]) {
        for (const update of log.updates) Y.applyUpdate(doc, update, 'server');
      }
    };
    author.change((lines) => lines.insert(0, [paragraph('abcXY')]));
    synchronize();
    other.change((lines) => textIn(lines, 0).insert(3, 'qq'));
    author.change((lines) => textIn(lines, 0).delete(3, 2));
    author.undo.undo();
    synchronize();
    author.change((lines) => lines.delete(0, 1));
    author.undo.undo();
    synchronize();
    expect(log.corrections).toBe(1);
    expectEqualReplicas(log, new Random(1), 'undo');
    for (const doc of [author.doc, other.doc, log.doc]) expect(textOf(doc)).toBe('abcXYqq');
  });
});

/** Writes and deletes lines and words, and undoes that more often than people do. */
class Writer {
  readonly doc = new Y.Doc();
  readonly undo: Y.UndoManager;
  #outbox: Uint8Array[] = [];
  #seen = 0;

  constructor(clientID: number) {
    this.doc.clientID = clientID;
    this.undo = new Y.UndoManager(this.#lines, {
      captureTimeout: 0,
      trackedOrigins: new Set(['own']),
    });
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'server') this.#outbox.push(update);
    });
  }

  get #lines(): Y.XmlFragment {
    return this.doc.getXmlFragment('lines');
  }

  takeOutbox(): Uint8Array[] {
    return this.#outbox.splice(0);
  }

  receive(log: readonly Uint8Array[], random?: Random): void {
    const unseen = log.length - this.#seen;
    const end = this.#seen + (random ? random.below(unseen + 1) : unseen);
    for (; this.#seen < end; this.#seen++) Y.applyUpdate(this.doc, log[this.#seen]!, 'server');
  }

  change(edit: (lines: Y.XmlFragment) => void): void {
    this.doc.transact(() => edit(this.#lines), 'own');
  }

  edit(random: Random): void {
    const kind = random.below(10);
    if (kind < 3) this.#undoOrRedo(kind, random);
    else this.change((lines) => editLines(lines, kind, random));
  }

  #undoOrRedo(kind: number, random: Random): void {
    try {
      if (kind === 0) this.undo.redo();
      else for (let times = random.below(4); times >= 0; times--) this.undo.undo();
    } catch (error) {
      // Yjs follows what it has redone into what it has garbage-collected.
      if (!(error instanceof TypeError)) throw error;
    }
  }
}

function editLines(lines: Y.XmlFragment, kind: number, random: Random): void {
  const at = random.below(lines.length + 1);
  if (at === lines.length || kind === 3) {
    return lines.insert(at, [paragraph(random.pick(['abc', 'hello', 'xy']))]);
  }
  if (kind === 4) return lines.delete(at, 1);
  const text = textIn(lines, at);
  const position = random.below(text.length + 1);
  if (kind < 8) text.insert(position, random.pick(['q', 'ww', 'eee']));
  else text.delete(position, Math.min(text.length - position, 1 + random.below(4)));
}

function paragraph(text: string): Y.XmlElement {
  const element = new Y.XmlElement('paragraph');
  element.insert(0, [new Y.XmlText(text)]);
  return element;
}

function textIn(lines: Y.XmlFragment, line: number): Y.XmlText {
  return (lines.get(line) as Y.XmlElement).get(0) as Y.XmlText;
}

function textOf(doc: Y.Doc): string {
  return doc.getXmlFragment('lines').toArray().map((line) =>
    (line as Y.XmlElement).toArray().map(String).join('')
  ).join('|');
}
