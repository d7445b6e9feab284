import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { readContents } from '../../../../worker/core/update/update-walk.ts';
import { validateUpdate } from '../../../../worker/core/update/validate-update.ts';
import { LogState } from '../../../../worker/core/update/log-state.ts';
import { ProtocolError } from '../../../../protocol/protocol-error.ts';
import { damage, forgeAtRandom } from './forge-updates.ts';
import { Author, editArray, editText, Random } from './update-world.ts';

/** How many times more than usual to try: `EDGEPAD_FUZZ=20 npx vitest run test/core/causality`. */
const effort = Number(process.env.EDGEPAD_FUZZ ?? 1);
const patience = 30_000 * effort;

/** Runs a story for every seed from 1 on, and names the seed of one that fails. */
function forSeeds(count: number, story: (random: Random) => void): void {
  for (let seed = 1; seed <= count * effort; seed++) {
    try {
      story(new Random(seed));
    } catch (error) {
      throw new Error(`With seed ${seed}: ${error}`, { cause: error });
    }
  }
}

/** A log without a document, and beside it the document it stands for. */
class Log {
  readonly updates: Uint8Array[] = [];
  readonly known = new LogState();
  readonly doc = new Y.Doc();
  /** What the updates say is deleted, joined by Yjs. */
  deletes = Y.createDeleteSet();

  accept(update: Uint8Array): void {
    const inspection = validateUpdate(update, this.known);
    if (inspection.type !== 'complete') throw new Error('An honest update shows as a gap');
    const { contents } = inspection;
    expect(readContents(inspection.update, this.known)).toEqual(contents);
    const isNew = !this.known.has(contents);
    this.known.add(contents);
    expect(this.known.has(contents)).toBe(true);
    if (!isNew) return;

    this.updates.push(inspection.update);
    this.deletes = Y.mergeDeleteSets([this.deletes, Y.decodeUpdate(update).ds]);
    Y.applyUpdate(this.doc, inspection.update);
    expectNothingPending(this.doc);
    expect(this.known.encodeStateVector()).toEqual(Y.encodeStateVector(this.doc));
  }
}

function expectNothingPending({ store }: Y.Doc): void {
  if (store.pendingStructs || store.pendingDs) throw new Error('Something is pending');
}

/** Some people write together for a while; not every message arrives at once, or as it was sent. */
function writeTogether(random: Random, steps: number): { log: Log; authors: Author[] } {
  const log = new Log();
  const authors = [0, 1, 2].map((i) => new Author(random.below(i ? 2 ** 32 : 200), i !== 2));
  for (let step = 0; step < steps; step++) {
    const author = random.pick(authors);
    for (let edits = random.below(4); edits >= 0; edits--) author.edit(random);
    const outbox = random.chance(70) ? author.takeOutbox() : [];
    if (outbox.length > 0) {
      const known = log.known.encodeStateVector();
      switch (random.below(8)) {
        case 0: // Comes back, and answers sync step 1.
          log.accept(Y.encodeStateAsUpdate(author.doc, known));
          break;
        case 1: // Comes back, and sends what gathered.
          log.accept(Y.mergeUpdates(outbox));
          break;
        case 2: // Sends everything each time; so items are known in part.
          log.accept(Y.encodeStateAsUpdate(author.doc));
          break;
        case 3: // Sends what gathered, cut by someone who knows what the log has.
          log.accept(Y.diffUpdate(Y.mergeUpdates(outbox), known));
          break;
        default:
          for (const update of outbox) log.accept(update);
      }
    }
    const behind = log.updates.length - author.seen;
    if (random.chance(60)) author.receive(log.updates, author.seen + random.below(behind + 1));
  }
  for (const author of authors) log.accept(Y.encodeStateAsUpdate(author.doc));
  for (const author of authors) author.receive(log.updates);
  return { log, authors };
}

describe('honest updates', () => {
  it('[P3] are never refused and never a gap in causal order, and the state known is exact', () => {
    forSeeds(15, (random) => {
      const { log, authors } = writeTogether(random, 100);
      const known = LogState.decode(log.known.encode());
      const snapshot = Y.decodeSnapshot(known.encode());
      expect(snapshot.sv).toEqual(Y.snapshot(log.doc).sv);
      expect(Y.equalDeleteSets(snapshot.ds, log.deletes)).toBe(true);
      // A document knows that too, and besides what was deleted by consequence only.
      const named = readContents(known.encodeDeletes(), known);
      for (const { doc } of authors) {
        const own = new LogState();
        own.add(readContents(Y.encodeStateAsUpdate(doc), own));
        expect(Y.decodeSnapshot(own.encode())).toEqual(Y.snapshot(doc));
        expect(own.has(named)).toBe(true);
      }
    });
  }, patience);

  it('[P3] leave the very snapshot of the document behind when people take turns', () => {
    forSeeds(12, (random) => {
      const log = new Log();
      const authors = [1, 2].map((clientID) => new Author(clientID));
      for (let step = 0; step < 60; step++) {
        const author = random.pick(authors);
        author.edit(random);
        // Whoever receives formats may tidy them up, and sends that; so it goes around.
        for (let round = 0; round < 4; round++) {
          for (const one of authors) for (const update of one.takeOutbox()) log.accept(update);
          for (const one of authors) one.receive(log.updates);
        }
        expect(Y.decodeSnapshot(log.known.encode())).toEqual(Y.snapshot(author.doc));
      }
    });
  }, patience);

  it('[P3] that build on a withheld one are a gap, which the difference closes', () => {
    forSeeds(30, (random) => {
      const author = new Author(1);
      for (let i = 0; i < 30; i++) author.edit(random);
      const updates = author.takeOutbox().filter((update) =>
        readContents(update, new LogState()).structs.size > 0
      );
      const known = new LogState();
      const withheld = 1 + random.below(updates.length - 2);
      for (const update of updates.slice(0, withheld)) {
        known.add(readContents(update, known));
      }
      const before = known.encode();
      for (const update of updates.slice(withheld + 1)) {
        expect(validateUpdate(update, known)).toEqual({ type: 'gap' });
      }
      // Merged over the hole they hold a Skip struct.
      const merged = Y.mergeUpdates([updates[0]!, ...updates.slice(withheld + 1)]);
      expect(validateUpdate(merged, known)).toEqual({ type: 'gap' });
      expect(known.encode()).toEqual(before);

      const difference = Y.encodeStateAsUpdate(author.doc, known.encodeStateVector());
      const inspection = validateUpdate(difference, known);
      expect(inspection.type).toBe('complete');
    });
  }, patience);

  it('[P3] that are known in part are stored as Y.diffUpdate would cut them', () => {
    let cut = 0;
    forSeeds(100, (random) => {
      const doc = new Y.Doc({ gc: random.chance(50) });
      doc.clientID = 1;
      for (let i = 0; i < 10; i++) {
        editText(doc.getText('text'), random);
        editArray(doc.getArray('array'), random);
      }
      const whole = Y.encodeStateAsUpdate(doc);
      const clock = 1 + random.below(Y.getState(doc.store, 1) - 1);
      const known = LogState.decode(Uint8Array.from([0, 1, 1, ...varUint(clock), 0]));
      const inspection = validateUpdate(whole, known);
      if (inspection.type !== 'complete') throw new Error('An honest update shows as a gap');
      if (inspection.update === whole) return;
      const difference = Y.diffUpdate(whole, known.encodeStateVector());
      // The other format takes no notice of flags that do not count.
      expect(Y.convertUpdateFormatV1ToV2(inspection.update))
        .toEqual(Y.convertUpdateFormatV1ToV2(difference));
      cut++;
    });
    expect(cut).toBeGreaterThan(10);
  }, patience);
});

function varUint(value: number): number[] {
  return value < 0x80 ? [value] : [value % 0x80 + 0x80, ...varUint(Math.floor(value / 0x80))];
}

describe('damaged and forged updates', () => {
  it('[P3] either are refused, or leave a document that everyone can load and change', () => {
    const outcomes = { refused: 0, gap: 0, complete: 0, otherOrder: 0 };
    forSeeds(30, (random) => {
      const { log } = writeTogether(random, 4 + random.below(20));
      const stored = 1 + random.below(log.updates.length);
      const base = new Y.Doc();
      const known = new LogState();
      for (const update of log.updates.slice(0, stored)) {
        Y.applyUpdate(base, update);
        known.add(readContents(update, known));
      }
      const whole = Y.encodeStateAsUpdate(base);
      for (let i = 0; i < 120; i++) {
        const honest = random.chance(20)
          ? whole
          : random.pick(log.updates.slice(Math.max(0, stored - 2), stored + 3));
        const update = random.chance(60)
          ? damage(honest, random.pick(log.updates), random)
          : forgeAtRandom(new Map(known.clocks()), random);
        let inspection;
        try {
          inspection = validateUpdate(update, known);
        } catch (error) {
          if (!(error instanceof ProtocolError)) throw error;
          expect(error.message.length).toBeLessThan(124);
          outcomes.refused++;
          continue;
        }
        outcomes[inspection.type]++;
        if (inspection.type === 'gap') continue;

        const now = LogState.decode(known.encode());
        now.add(inspection.contents);
        const start = random.chance(50) ? [whole] : log.updates.slice(0, stored);
        const doc = load([...start, inspection.update]);
        expect(Y.encodeStateVector(doc)).toEqual(now.encodeStateVector());
        Y.mergeUpdates([whole, inspection.update]);
        const newcomer = load([Y.encodeStateAsUpdate(doc)]);
        expect(Y.encodeStateVector(newcomer)).toEqual(now.encodeStateVector());
        if (doc.getText('text').toString() !== newcomer.getText('text').toString()) {
          outcomes.otherOrder++;
        }
        for (const each of [doc, newcomer]) changeEverything(each);
      }
    });
    // The known class: an item whose right neighbour stands before its left one, or in another list.
    // Yjs puts it where it can, and not in the same place again when the document was encoded in
    // between. Nothing throws and nothing is lost; a log without a document cannot see it.
    expect(outcomes.otherOrder / outcomes.complete).toBeLessThan(0.05);
    expect(outcomes.complete).toBeGreaterThan(outcomes.refused / 20);
    expect(outcomes.gap).toBeGreaterThan(0);
    if (effort > 1) console.log(outcomes);
  }, patience);
});

/** A newcomer's document, in one transaction or in many. Throws when something stays pending. */
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

/** Whatever is in the document can be typed beside, marked and deleted. */
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
