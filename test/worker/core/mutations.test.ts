/**
 * Mutation tests of the simulator. Each mutates the core in memory so that it breaks an invariant, and
 * expects the simulator to find that within 500 seeds. When a change of the core removes the text of a
 * mutation, `mutantSimulator` throws: adapt the mutation.
 */
import { describe, expect, it } from 'vitest';
import type { Invariant } from '../../support/simulator.ts';
import { bundleMutant, mutantSimulator, type Mutation } from '../../support/simulator/bundle.ts';
import { hostileShapes, outcomeOf } from './update/hostile-shapes.ts';

interface InvariantMutation extends Mutation {
  readonly breaks: readonly Invariant[];
  /** A seed that found it before; tried first. */
  readonly near?: number;
}

const mutations: readonly InvariantMutation[] = [
  {
    breaks: ['I3'],
    name: 'items in other lists are taken for the same',
    near: 9884,
    file: 'web/provider/sync/forks.ts',
    find: ', ...findListForks(doc, all)]',
    replace: ']',
  },
  {
    breaks: ['I6'],
    name: 'a client does not receive again what it loses with the structs that a fork moves',
    near: 9640,
    file: 'web/provider/sync/forks.ts',
    find: 'state.resumePoint = initialResumePoint;',
    replace: '',
  },
  {
    breaks: ['I9'],
    name: 'a withdrawal does not have the clock that its client has sent last',
    near: 5887,
    file: 'worker/core/room/presence/presence.ts',
    find:
      'session.presenceChange?.sentClock ?? sentClockOf(session.attachment);\n      session.presenceChange = null;',
    replace: 'sentClockOf(session.attachment);\n      session.presenceChange = null;',
  },
  {
    breaks: ['I9'],
    name: 'a client that does not answer is withdrawn although it was not silent for long',
    near: 4363,
    file: 'worker/core/room/presence/presence.ts',
    find: 'if (!isAlive && this.#isSilent(session))',
    replace: 'if (!isAlive && entryOf(session)?.state)',
  },
  {
    breaks: ['L'],
    name: 'a frame in flight counts as the answer of a lost connection',
    near: 2381,
    file: 'worker/core/room/liveness.ts',
    find: 'if (!isAlive || challengers.size === 0) return endCheck(owner, isAlive);',
    replace: 'return endCheck(owner, isAlive);',
  },
  {
    breaks: ['I11'],
    name: 'a version lacks its last update',
    near: 17,
    file: 'worker/core/history/chain.ts',
    find: 'applyUpdates(doc, updates.slice(applied, count));',
    replace: 'applyUpdates(doc, updates.slice(applied, count - 1));',
  },
  {
    breaks: ['I11'],
    name: 'a version has what was deleted since the one before',
    near: 13,
    file: 'worker/core/history/chain.ts',
    find: 'if (added.size > 0) since.set(client, added);',
    replace: '',
  },
  {
    breaks: ['I11'],
    name: 'the snapshot is not counted among the updates of a version',
    file: 'worker/core/history/take-versions.ts',
    find: 'snapshots + countUntil',
    replace: 'countUntil',
  },
  {
    breaks: ['I11'],
    name: 'compaction loses the versions that an editor has named',
    near: 15,
    file: 'worker/core/history/take-versions.ts',
    find: 'const unlinked = [...found.versions, ...named]',
    replace: 'const unlinked = [...found.versions]',
  },
  {
    breaks: ['I11'],
    name: 'the list does not find what compaction keeps',
    file: 'worker/core/history/history.ts',
    find: 'new Map([...stored, ...unlinked]',
    replace: 'new Map([...stored]',
  },
  {
    breaks: ['I11'],
    name: 'a compaction that has failed leaves its links',
    near: 185,
    file: 'worker/core/log/log-tables.ts',
    find: `    this.#sql.transaction(() => {
      this.#sql.query('DELETE FROM snapshot');`,
    replace: `    this.#versions.add(history);
    this.#sql.transaction(() => {
      this.#versions.add = () => {};
      this.#sql.query('DELETE FROM snapshot');`,
  },
  {
    breaks: ['I11'],
    name: 'Yjs removes formatting while a version is made',
    near: 75,
    file: 'worker/core/log/load-document.ts',
    find: 'transaction._needFormattingCleanup = false;',
    replace: '',
  },
  {
    breaks: ['I1'],
    name: 'an update is sent before it is stored',
    near: 13,
    file: 'worker/core/room/update-ingest.ts',
    find:
      `    if (!this.#store(admitted, contents, author)) return this.#reject(author, 'not-stored');
    this.#broadcast.push(admitted, author);`,
    replace: `    this.#broadcast.push(admitted, author);
    if (!this.#store(admitted, contents, author)) return this.#reject(author, 'not-stored');`,
  },
  {
    breaks: ['I2'],
    name: 'an update is acknowledged before it is stored',
    near: 38,
    file: 'worker/core/room/update-ingest.ts',
    find: 'if (this.#log.state.has(contents)) return this.#broadcast.acknowledge(author);',
    replace: `this.#broadcast.acknowledge(author);
    this.#broadcast.acknowledge = () => { delete (this.#broadcast as any).acknowledge; };
    if (this.#log.state.has(contents)) return this.#broadcast.acknowledge(author);`,
  },
  {
    breaks: ['I2'],
    name: 'an update that was not stored is acknowledged',
    near: 13,
    file: 'worker/core/room/update-ingest.ts',
    find: "encodeMessage({ type: 'unsaved', reason })",
    replace: "encodeMessage({ type: 'saved', version: this.#log.version, count: 1 })",
  },
  {
    breaks: ['I1', 'I2'],
    name: 'a failing disk is ignored',
    near: 13,
    file: 'worker/core/room/update-ingest.ts',
    find: 'this.#log.append(update, contents, authorOf(author), author.attachment.schema);',
    replace: 'try { this.#log.append(update, contents, null); } catch {}',
  },
  {
    breaks: ['I2'],
    name: 'an update that the full disk does not take is acknowledged',
    near: 120,
    file: 'worker/core/room/update-ingest.ts',
    find: "return this.#reject(author, 'not-stored');",
    replace: 'return this.#broadcast.acknowledge(author);',
  },
  {
    breaks: ['L'],
    name: 'a client is not asked again for what the full disk did not take',
    near: 120,
    file: 'worker/core/room/storage-retry.ts',
    find: 'if (!session.hasEnded) session.probe();',
    replace: '',
  },
  {
    breaks: ['I7'],
    name: 'a reader may write',
    file: 'worker/core/room/update-ingest.ts',
    find: "if (permission.role === 'view') return this.#reject(author, 'read-only');",
    replace: '',
  },
  {
    breaks: ['I6'],
    near: 30,
    name: 'the epoch is ignored when a client resumes',
    file: 'worker/core/room/handshake.ts',
    find: 'request.epoch === epoch ?',
    replace: 'request.epoch !== "" ?',
  },
  {
    breaks: ['I9'],
    name: 'presence is not withdrawn',
    file: 'worker/core/room/room.ts',
    find: 'this.#presence.withdraw(session);',
    replace: '',
  },
  {
    breaks: ['I9'],
    name: 'presence is not kept in the attachment',
    file: 'worker/core/room/presence/presence.ts',
    find: '      presence: entry,\n      sentClock,',
    replace: '',
  },
  {
    breaks: ['I9', 'L'],
    near: 235,
    name: 'a closed connection returns after hibernation',
    file: 'worker/core/room/session.ts',
    find: 'connection.attachment.isClosed ?? false',
    replace: 'false',
  },
  {
    breaks: ['I9'],
    name: 'a hidden page counts as gone between two pings',
    file: 'protocol/limits.ts',
    find: 'presenceTimeout: 150_000,',
    replace: 'presenceTimeout: 30_000,',
  },
  {
    breaks: ['I9'],
    near: 251,
    name: 'a stock client whose machine has vanished stays',
    file: 'worker/core/room/presence/presence.ts',
    find: 'if (session.attachment.speaksEdgepad || !session.attachment.answersProbes) continue;',
    replace: 'continue;',
  },
  {
    breaks: ['I10'],
    name: 'the return of a suspended client counts as activity',
    file: 'worker/core/room/presence/presence.ts',
    find: 'if (change.isNews && !sender.attachment.silentState)',
    replace: 'if (change.isNews)',
  },
  {
    breaks: ['I9'],
    name: 'a silent client that sends a frame stays hidden',
    file: 'worker/core/room/room.ts',
    find: 'this.#presence.restore(session);',
    replace: '',
  },
  {
    breaks: ['I9'],
    near: 86,
    name: 'a repeated entry of a client that has left is shown',
    file: 'worker/core/room/presence/presence.ts',
    find: 'if (entry.clock > withdrawnClock) {',
    replace: 'if (entry.clock > 0) {',
  },
  {
    breaks: ['I9'],
    name: 'entries that scripts do not renew are dropped by stock clients',
    file: 'worker/core/room/presence/presence.ts',
    find: 'this.#set(session, { entry: renewed, sentClock, isNews: false });',
    replace: '',
  },
  {
    breaks: ['I9'],
    name: 'a client can withdraw the presence of another',
    file: 'worker/core/room/presence/presence.ts',
    find: 'if (rest.client !== own.client) continue;',
    replace: '',
  },
  {
    breaks: ['I4'],
    name: 'a gap is stored',
    file: 'worker/core/update/validate-update.ts',
    find: "if (walk.hasGap) return { type: 'gap' };",
    replace: '',
  },
  {
    breaks: ['I3', 'I6'],
    name: 'an update is not sent to every client',
    file: 'worker/core/room/broadcast.ts',
    find: 'for (const session of this.#sessions) {',
    replace: 'for (const session of [...this.#sessions].slice(0, 2)) {',
  },
  {
    breaks: ['I3', 'L'],
    name: 'pending updates are not sent',
    file: 'worker/core/room/broadcast.ts',
    find: `        this.#timerRuns = false;
        this.flush();`,
    replace: '        this.#timerRuns = false;',
  },
  {
    breaks: ['I1'],
    name: 'a version is announced before it exists',
    file: 'worker/core/room/broadcast.ts',
    find: "{ type: 'saved', version, count }",
    replace: "{ type: 'saved', version: version + 1, count }",
  },
  {
    breaks: ['I6'],
    name: 'resume skips one update',
    file: 'worker/core/log/update-log.ts',
    find: ': this.#updatesAfter(version).map(updateOf);',
    replace: ': this.#updatesAfter(version + 1).map(updateOf);',
  },
  {
    breaks: ['I5'],
    name: 'compaction loses the tail',
    file: 'worker/core/log/update-log.ts',
    find: `    this.#tables.replaceSnapshot({
      ...compacted,`,
    replace: `    this.#tables.replaceSnapshot({
      ...compacted,
      update: this.tail()[0] ?? compacted.update,`,
  },
  {
    breaks: ['I5'],
    near: 40,
    name: 'the snapshot is not written in one transaction',
    file: 'worker/core/log/log-tables.ts',
    find: `    this.#sql.transaction(() => {
      this.#sql.query('DELETE FROM snapshot');`,
    replace: `    ((work: () => void) => work())(() => {
      this.#sql.query('DELETE FROM snapshot');`,
  },
  {
    breaks: ['I6'],
    name: 'versions restart after a compaction',
    file: 'worker/core/log/log-tables.ts',
    find: '(tail?.version as number | null) ?? compacted',
    replace: '(tail?.version as number | null) ?? 0',
  },
  {
    breaks: ['I5'],
    name: 'the log state lacks the tail after a hibernation',
    file: 'worker/core/log/restore.ts',
    find: 'state.add(validated.contents);',
    replace: 'void validated;',
  },
  {
    breaks: ['I5', 'I6'],
    name: 'a compaction deletes updates that were stored while it ran',
    file: 'worker/core/log/update-log.ts',
    find: 'version: taken.version,',
    replace: 'version: head.version,',
  },
  {
    breaks: ['L'],
    name: 'after a compaction the item index lacks updates that were stored while it ran',
    file: 'worker/core/log/update-log.ts',
    find: 'items.addStored(later);',
    replace: '',
  },
  {
    breaks: ['L'],
    name: 'the item index lacks the tail after a hibernation',
    near: 13,
    file: 'worker/core/log/update-log.ts',
    find: 'items.addStored(this.tail());',
    replace: '',
  },
  {
    breaks: ['I2', 'I3'],
    near: 155,
    name: 'a deletion counts as stored when its first struct is',
    file: 'worker/core/update/log-state.ts',
    find: 'if (!known.has(clock, clock + length)) return false;',
    replace: 'if (!known.has(clock, clock + 1)) return false;',
  },
  {
    breaks: ['I3'],
    near: 1308,
    name: 'a returning client does not receive deletions',
    file: 'worker/core/room/handshake.ts',
    find: 'updates: [...log.tail(), log.state.encodeDeletes()]',
    replace: 'updates: log.tail()',
  },
  {
    breaks: ['I8'],
    name: 'values are accepted among XML elements',
    near: 36,
    file: 'worker/core/update/document-structure.ts',
    find: 'if (!isXml || item.kind === Kind.deleted) return;',
    replace: 'return;',
  },
  {
    breaks: ['I8'],
    name: 'types nested too deeply are accepted',
    file: 'worker/core/update/document-structure.ts',
    find: 'listDepth >= limits.typeDepth',
    replace: 'false',
  },
  {
    breaks: ['I3', 'I6'],
    name: 'a reader gets an outdated version',
    near: 13,
    file: 'worker/core/render/reader.ts',
    find: 'if (shown.version === version) return shown;',
    replace: 'return shown;',
  },
  {
    breaks: ['I2', 'I3', 'L'],
    near: 69,
    name: 'the places of deleted items are not compared',
    file: 'protocol/compare-updates.ts',
    find: 'const areItems = held instanceof Y.Item && received instanceof Y.Item;',
    replace: 'const areItems = isContent(held) && isContent(received);',
  },
  {
    breaks: ['I2', 'I3', 'L'],
    near: 42,
    name: 'a member may write under the client id of another session',
    file: 'worker/core/room/client-id-ownership.ts',
    find: 'if (owner && (owner.confirmedClocks?.get(client) ?? 0) < to)',
    replace: 'if (false)',
  },
  {
    breaks: ['I2', 'I3'],
    near: 71,
    name: 'a client claims clocks while it has unsaved changes',
    file: 'web/provider/sync/sync-state.ts',
    find: 'return this.#hasUnsaved ? emptyStateVector : Y.encodeStateVector(doc);',
    replace: 'return Y.encodeStateVector(doc);',
  },
];

/** Each is found by the hostile shape with this name. */
const itemMutations: readonly (Mutation & { readonly shape: string })[] = [
  {
    shape: 'items after each item of a row, up to the end',
    name: 'comparisons are not counted',
    file: 'worker/core/update/items/insertion-walk.ts',
    find: 'if (++this.steps > this.maxSteps) break;',
    replace: '',
  },
  {
    shape: 'deletions inside every piece of a long text',
    name: 'splits are not counted',
    file: 'worker/core/update/items/item-table.ts',
    find: 'this.splitSteps += 1 + (rows.length - at) / elementsPerStep;',
    replace: '',
  },
  {
    shape: 'one item in each update',
    name: 'the steps of a document are not limited',
    file: 'worker/core/update/item-index.ts',
    find: 'allSteps > limits.documentSteps',
    replace: 'false',
  },
  {
    shape: 'a list of empty types',
    name: 'the memory of a document is not limited',
    file: 'worker/core/update/item-index.ts',
    find: 'this.memory > limits.documentMemory',
    replace: 'false',
  },
  {
    shape: 'empty objects in a value',
    name: 'plain values count as free',
    file: 'worker/core/update/document-memory.ts',
    find: 'return struct.containers;',
    replace: 'return 0;',
  },
  {
    shape: 'types nested over many updates',
    name: 'the depth of a type in the log is ignored',
    file: 'worker/core/update/item-index.ts',
    find: 'table.get(list, Column.depth) + 1',
    replace: '0',
  },
  {
    shape: 'types nested below keys',
    name: 'the depth of a key is ignored',
    file: 'worker/core/update/items/named-lists.ts',
    find: 'const depth = this.#table.get(parent, Column.depth);',
    replace: 'const depth = 0;',
  },
  {
    shape: 'a plain value in the root lines',
    name: 'roots of XML are not known by name',
    file: 'worker/core/update/items/named-lists.ts',
    find: 'xmlRoots.includes(name)',
    replace: 'false',
  },
  {
    shape: 'an attribute of XML without a text',
    name: 'values of a key of an XML element are not known as attributes',
    file: 'worker/core/update/items/named-lists.ts',
    find: 'isElement ? xmlAttribute : -1',
    replace: '-1',
  },
  {
    shape: 'a mark of XML text without a text',
    name: 'values in XML text are not checked',
    file: 'worker/core/update/document-structure.ts',
    find: ' || listType === SharedType.xmlText',
    replace: '',
  },
  {
    shape: 'neighbours in different lists',
    name: 'the lists of neighbours are not compared',
    file: 'worker/core/update/items/insertion-places.ts',
    find: 'if (!isTrusted && !this.#isGarbage(right)) throw differentLists();',
    replace: '',
  },
  {
    shape: 'neighbours that are far apart',
    name: 'comparisons of positions are not counted',
    file: 'worker/core/update/items/neighbour-check.ts',
    find: 'this.steps += 2;',
    replace: '',
  },
  {
    shape: 'a right neighbour before the left one',
    name: 'a right neighbour may come before the left one',
    file: 'worker/core/update/items/neighbour-check.ts',
    find: 'if (afterRight === left) return false;',
    replace: 'if (afterRight === left) return true;',
  },
  {
    shape: 'a right neighbour in the text that ends with the left one',
    name: 'the left neighbour is looked up before the text is split',
    file: 'worker/core/update/items/insertion-places.ts',
    find: 'named === noRow || table.endOf(named) > struct.originClock',
    replace: 'true',
  },
  {
    shape: 'items before each item of a row',
    name: 'an item at the start may have any right neighbour',
    file: 'worker/core/update/items/neighbour-check.ts',
    find: 'right === noRow || table.get(right, Column.originClient) === -1',
    replace: 'true',
  },
  {
    shape: 'a left neighbour that was inserted before a third item, and the end',
    name: 'an item at the end may have any left neighbour',
    file: 'worker/core/update/items/neighbour-check.ts',
    find: 'if (right === noRow) return table.get(left, Column.rightClient) === -1;',
    replace: 'if (right === noRow) return true;',
  },
  {
    shape: 'a left neighbour that was inserted before an item between both',
    name: 'the right origin of the left neighbour may be between both',
    file: 'worker/core/update/items/neighbour-check.ts',
    find: 'afterLeft === rightOrigin || ',
    replace: '',
  },
  {
    shape: 'a right neighbour that was inserted after an item between both',
    name: 'the left origin of the right neighbour may be between both',
    file: 'worker/core/update/items/neighbour-check.ts',
    find: ' || afterLeft === leftOrigin',
    replace: '',
  },
  {
    shape: 'a left neighbour that is garbage-collected',
    name: 'an item may be between a garbage-collected neighbour and another',
    file: 'worker/core/update/items/insertion-places.ts',
    find: 'right: noRow, isCorrected: true',
    replace: 'right, isCorrected: false',
  },
];

describe('hostile updates find every mutation of the item index', () => {
  for (const mutation of itemMutations) {
    it(`[P8 P11] ${mutation.name}`, async () => {
      const entryPoint = 'worker/core/update/item-index.ts';
      const mutant = await bundleMutant(mutation, entryPoint);
      const { ItemIndex } = mutant as typeof import('../../../worker/core/update/item-index.ts');
      const shape = hostileShapes.find(({ name }) => name === mutation.shape);
      if (!shape) throw new Error(`There is no hostile shape "${mutation.shape}"`);
      expect(outcomeOf(shape, new ItemIndex())).not.toBe(shape.outcome);
    }, 120_000);
  }
});

describe('the simulator finds every mutation', () => {
  for (const mutation of mutations) {
    it(`[${mutation.breaks.join(', ')}] ${mutation.name}`, async () => {
      const { findViolation } = await mutantSimulator(mutation);
      const seeds = [mutation.near ?? 1, ...Array.from({ length: 500 }, (_, i) => i + 1)];
      const found = findViolation(mutation.breaks, seeds, 150);
      console.log(`${mutation.name}: seed ${found?.seed}, ${found?.error.message.slice(0, 90)}`);
      expect(found).not.toBeNull();
    }, 120_000);
  }
});
