import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { readContents } from '../../../../worker/core/update/update-walk.ts';
import { ItemIndex } from '../../../../worker/core/update/item-index.ts';
import { validateUpdate } from '../../../../worker/core/update/validate-update.ts';
import { LogState } from '../../../../worker/core/update/log-state.ts';
import { ProtocolError } from '../../../../protocol/protocol-error.ts';
import { damage, forgeAtRandom } from './forge-updates.ts';
import { Random } from '../../../support/random.ts';
import { Author, editArray, editText } from './author.ts';
import { ordersOf } from './replicas.ts';

/** Multiplies the seeds: `EDGEPAD_FUZZ=20 npx vitest run --project pure test/worker/core/update`. */
const effort = Number(process.env.EDGEPAD_FUZZ ?? 1);
const timeout = 120_000 * effort;

/** Runs a test for every seed from 1 on. An error names the seed. */
function forSeeds(count: number, run: (random: Random) => void): void {
  for (let seed = 1; seed <= count * effort; seed++) {
    try {
      run(new Random(seed));
    } catch (error) {
      throw new Error(`Seed ${seed}: ${error}`, { cause: error });
    }
  }
}

/** A log without a document, and the document that it represents. */
class Log {
  readonly updates: Uint8Array[] = [];
  readonly state = new LogState();
  readonly doc = new Y.Doc();
  readonly #index = new ItemIndex();
  /** The deletions of the updates, merged by Yjs. */
  deletes = Y.createDeleteSet();

  accept(update: Uint8Array): void {
    const validated = validateUpdate(update, this.state);
    if (validated.type !== 'complete') throw new Error('A valid update is reported as a gap');
    const { contents } = validated;
    expect(readContents(validated.update, this.state)).toEqual(contents);
    const isNew = !this.state.has(contents);
    this.state.add(contents);
    expect(this.state.has(contents)).toBe(true);
    if (!isNew) return;

    const stored = this.#index.add(validated.update);
    if (stored === null) throw new Error('A valid update is rejected');
    this.updates.push(stored);
    this.deletes = Y.mergeDeleteSets([this.deletes, Y.decodeUpdate(update).ds]);
    Y.applyUpdate(this.doc, stored);
    expectNothingPending(this.doc);
    expect(this.state.encodeStateVector()).toEqual(Y.encodeStateVector(this.doc));
  }
}

function expectNothingPending({ store }: Y.Doc): void {
  if (store.pendingStructs || store.pendingDs) throw new Error('The document has pending structs');
}

/** Three authors edit together. Messages are delayed, merged and repeated. */
function writeTogether(random: Random, steps: number): { log: Log; authors: Author[] } {
  const log = new Log();
  const authors = [0, 1, 2].map((i) =>
    new Author(random.below(i ? 2 ** 32 : 200), { gc: i !== 2 })
  );
  for (let step = 0; step < steps; step++) {
    const author = random.pick(authors);
    for (let edits = random.below(4); edits >= 0; edits--) author.edit(random);
    const outbox = random.chance(0.7) ? author.takeOutbox() : [];
    if (outbox.length > 0) {
      const state = log.state.encodeStateVector();
      switch (random.below(8)) {
        case 0: // Reconnects, and answers sync step 1.
          log.accept(Y.encodeStateAsUpdate(author.doc, state));
          break;
        case 1: // Reconnects, and sends its pending updates merged.
          log.accept(Y.mergeUpdates(outbox));
          break;
        case 2: // Sends the whole document, so that items overlap the log.
          log.accept(Y.encodeStateAsUpdate(author.doc));
          break;
        case 3: // Sends the part of its pending updates that the log lacks.
          log.accept(Y.diffUpdate(Y.mergeUpdates(outbox), state));
          break;
        default:
          for (const update of outbox) log.accept(update);
      }
    }
    const unseen = log.updates.length - author.seen;
    if (random.chance(0.6)) author.receive(log.updates, author.seen + random.below(unseen + 1));
  }
  for (const author of authors) log.accept(Y.encodeStateAsUpdate(author.doc));
  for (const author of authors) author.receive(log.updates);
  return { log, authors };
}

describe('valid updates', () => {
  it('[P3] are complete in causal order, and keep the log state exact', () => {
    forSeeds(15, (random) => {
      const { log, authors } = writeTogether(random, 100);
      const state = LogState.decode(log.state.encode());
      const snapshot = Y.decodeSnapshot(state.encode());
      expect(snapshot.sv).toEqual(Y.snapshot(log.doc).sv);
      expect(Y.equalDeleteSets(snapshot.ds, log.deletes)).toBe(true);
      // A document has the same deletions, and those that follow from other changes.
      const named = readContents(state.encodeDeletes(), state);
      for (const { doc } of authors) {
        const own = new LogState();
        own.add(readContents(Y.encodeStateAsUpdate(doc), own));
        expect(Y.decodeSnapshot(own.encode())).toEqual(Y.snapshot(doc));
        expect(own.has(named)).toBe(true);
      }
    });
  }, timeout);

  it('[P3] keep the log state equal to the snapshot when authors take turns', () => {
    forSeeds(12, (random) => {
      const log = new Log();
      const authors = [1, 2].map((clientID) => new Author(clientID));
      for (let step = 0; step < 60; step++) {
        const author = random.pick(authors);
        author.edit(random);
        // Receiving formats may clean up others, which sends further updates.
        for (let round = 0; round < 4; round++) {
          for (const one of authors) for (const update of one.takeOutbox()) log.accept(update);
          for (const one of authors) one.receive(log.updates);
        }
        expect(Y.decodeSnapshot(log.state.encode())).toEqual(Y.snapshot(author.doc));
      }
    });
  }, timeout);

  it('[P3] after a withheld one are a gap, until the difference is sent', () => {
    forSeeds(30, (random) => {
      const author = new Author(1);
      for (let i = 0; i < 30; i++) author.edit(random);
      const updates = author.takeOutbox().filter((update) =>
        readContents(update, new LogState()).structs.size > 0
      );
      const state = new LogState();
      const withheld = 1 + random.below(updates.length - 2);
      for (const update of updates.slice(0, withheld)) {
        state.add(readContents(update, state));
      }
      const before = state.encode();
      for (const update of updates.slice(withheld + 1)) {
        expect(validateUpdate(update, state)).toEqual({ type: 'gap' });
      }
      // Merged over the hole they contain a Skip struct.
      const merged = Y.mergeUpdates([updates[0]!, ...updates.slice(withheld + 1)]);
      expect(validateUpdate(merged, state)).toEqual({ type: 'gap' });
      expect(state.encode()).toEqual(before);

      const difference = Y.encodeStateAsUpdate(author.doc, state.encodeStateVector());
      const validated = validateUpdate(difference, state);
      expect(validated.type).toBe('complete');
    });
  }, timeout);

  it('[P3] that overlap the log are stored as Y.diffUpdate would cut them', () => {
    let cut = 0;
    forSeeds(100, (random) => {
      const doc = new Y.Doc({ gc: random.chance(0.5) });
      doc.clientID = 1;
      for (let i = 0; i < 10; i++) {
        editText(doc.getText('text'), random);
        editArray(doc.getArray('array'), random);
      }
      const whole = Y.encodeStateAsUpdate(doc);
      const clock = 1 + random.below(Y.getState(doc.store, 1) - 1);
      const state = LogState.decode(Uint8Array.from([0, 1, 1, ...varUint(clock), 0]));
      const validated = validateUpdate(whole, state);
      if (validated.type !== 'complete') throw new Error('A valid update is reported as a gap');
      if (validated.update === whole) return;
      const difference = Y.diffUpdate(whole, state.encodeStateVector());
      // Version 2 of the format omits flags that have no meaning.
      expect(Y.convertUpdateFormatV1ToV2(validated.update))
        .toEqual(Y.convertUpdateFormatV1ToV2(difference));
      cut++;
    });
    expect(cut).toBeGreaterThan(10);
  }, timeout);
});

function varUint(value: number): number[] {
  return value < 0x80 ? [value] : [value % 0x80 + 0x80, ...varUint(Math.floor(value / 0x80))];
}

describe('damaged and forged updates', () => {
  it('[P3 P11] are rejected, or leave a document that clients load alike and can change', () => {
    const outcomes = { rejected: 0, gap: 0, complete: 0 };
    forSeeds(30, (random) => {
      const { log } = writeTogether(random, 4 + random.below(20));
      const stored = 1 + random.below(log.updates.length);
      const base = new Y.Doc();
      const state = new LogState();
      for (const update of log.updates.slice(0, stored)) {
        Y.applyUpdate(base, update);
        state.add(readContents(update, state));
      }
      const whole = Y.encodeStateAsUpdate(base);
      for (let i = 0; i < 120; i++) {
        const valid = random.chance(0.2)
          ? whole
          : random.pick(log.updates.slice(Math.max(0, stored - 2), stored + 3));
        const update = random.chance(0.6)
          ? damage(valid, random.pick(log.updates), random)
          : forgeAtRandom(new Map(state.clocks()), random);
        const start = random.chance(0.5) ? [whole] : log.updates.slice(0, stored);
        let validated;
        let added: Uint8Array | null = null;
        try {
          validated = validateUpdate(update, state);
          if (validated.type === 'complete') added = ItemIndex.of(start).add(validated.update);
        } catch (error) {
          if (!(error instanceof ProtocolError)) throw error;
          expect(error.message.length).toBeLessThan(124);
          outcomes.rejected++;
          continue;
        }
        outcomes[validated.type]++;
        if (validated.type === 'gap') continue;
        if (added === null) throw new Error('The document is full');

        const now = LogState.decode(state.encode());
        now.add(validated.contents);
        const doc = load([...start, added]);
        expect(Y.encodeStateVector(doc)).toEqual(now.encodeStateVector());
        Y.mergeUpdates([whole, added]);
        const reloaded = load([Y.encodeStateAsUpdate(doc)]);
        expect(Y.encodeStateVector(reloaded)).toEqual(now.encodeStateVector());
        expect(ordersOf(reloaded)).toEqual(ordersOf(doc));
        for (const each of [doc, reloaded]) changeEverything(each);
      }
    });
    expect(outcomes.complete).toBeGreaterThan(outcomes.rejected / 20);
    expect(outcomes.gap).toBeGreaterThan(0);
    if (effort > 1) console.log(outcomes);
  }, timeout);
});

/** Loads a document in many transactions, and in one. Throws when structs stay pending. */
function load(updates: readonly Uint8Array[]): Y.Doc {
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, update);
  expectNothingPending(doc);
  const atOnce = new Y.Doc();
  atOnce.transact(() => {
    for (const update of updates) Y.applyUpdate(atOnce, update);
  });
  expectNothingPending(atOnce);
  return doc;
}

/** Inserts beside, formats and deletes all content. */
function changeEverything(doc: Y.Doc): void {
  const text = doc.getText('text');
  text.insert(0, 'before');
  text.format(1, text.length - 1, { bold: true });
  text.delete(0, text.length);
  for (const list of [doc.getArray('array'), doc.getXmlFragment('lines')]) {
    list.delete(0, list.length);
  }
  doc.getMap('map').clear();
  Y.encodeStateAsUpdate(doc);
}
