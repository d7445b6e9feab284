import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { emptyUpdate } from '../../../../protocol/messages.ts';
import { diffUpdate } from '../../../../worker/core/update/diff-update.ts';
import { joinUpdates } from '../../../../worker/core/update/join-updates.ts';
import { readContents } from '../../../../worker/core/update/update-walk.ts';
import { LogState } from '../../../../worker/core/update/log-state.ts';
import { Random } from '../../../support/random.ts';

/** The updates of a log: random edits of three clients, the first `merged` of them in a snapshot. */
function randomLog(seed: number, { merged }: { readonly merged: number }): Uint8Array[] {
  const random = new Random(seed);
  const log: Uint8Array[] = [];
  const docs = [1, 2, 3].map((client) => {
    const doc = new Y.Doc({ gc: false });
    doc.clientID = client;
    doc.on('update', (update: Uint8Array, origin) => origin === 'remote' || log.push(update));
    return doc;
  });
  for (let i = 0; i < 60; i++) {
    const doc = random.pick(docs);
    if (random.chance(0.5)) {
      for (const update of log) Y.applyUpdate(doc, update, 'remote');
    }
    const text = doc.getText('text');
    const at = random.below(text.length + 1);
    if (random.chance(0.3) && at < text.length) text.delete(at, 1);
    else text.insert(at, random.pick(['a', 'bc', '🙂']), random.chance(0.3) ? { bold: true } : {});
  }
  const state = new LogState();
  // As the service stores them: an update contains nothing that is stored already.
  const stored = log.map((update) => {
    const rest = diffUpdate(update, state);
    state.add(readContents(rest, state));
    return rest;
  });
  return [Y.mergeUpdates(stored.slice(0, merged)), ...stored.slice(merged)];
}

/** The document that some updates lead to. */
function documentOf(updates: readonly Uint8Array[]): Uint8Array {
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, update);
  expect(doc.store.pendingStructs).toBeNull();
  expect(doc.store.pendingDs).toBeNull();
  return Y.encodeStateAsUpdate(doc);
}

describe('joining the updates of a log', () => {
  it('[P2] leads to the same document as one update after the other', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const log = randomLog(seed, { merged: seed });
      const joined = joinUpdates(log);
      expect(documentOf([joined])).toEqual(documentOf(log));
      // One update of the whole log has one delete set and names each client once.
      expect(Y.decodeUpdate(joined).structs.length)
        .toBe(log.reduce((sum, update) => sum + Y.decodeUpdate(update).structs.length, 0));
    }
  });

  it('[P2] contains repeated structs once', () => {
    const log = randomLog(1, { merged: 20 });
    const all = Y.mergeUpdates(log);
    expect(documentOf([joinUpdates([...log, all])])).toEqual(documentOf(log));
    expect(Y.decodeUpdate(joinUpdates([...log, all])).structs.length)
      .toBe(Y.decodeUpdate(joinUpdates(log)).structs.length);
  });

  it('[P3] rejects a gap, and joins nothing to the empty update', () => {
    const log = randomLog(2, { merged: 5 });
    expect(() => joinUpdates([log[0]!, ...log.slice(4)])).toThrow('has a gap');
    expect(joinUpdates([])).toEqual(emptyUpdate);
  });
});
