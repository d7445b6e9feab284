import type { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { CloseCode } from '../../../protocol/close-codes.ts';
import { findForks } from '../../../protocol/compare-updates.ts';
import { mergeStoredUpdates } from '../offline/merge-rows.ts';
import type { MergedRows } from '../offline/offline-store.ts';
import type { CopyOnDevice } from '../provider-options.ts';
import { findCollectedForks } from './collected-structs.ts';
import { findListForks } from './list-forks.ts';
import { moveStructs, repeatMoves } from './move-structs.ts';
import type { Moves } from './moved-ids.ts';
import { initialResumePoint, type SyncState } from './sync-state.ts';
import type { Refusal } from './refusal.ts';
import type { Forks } from './repeated-structs.ts';

const noForks: Forks = new Map();

/** Finds where updates have other content than the document under the same client ids and clocks. */
export function findForksWith(doc: Y.Doc, updates: readonly Uint8Array[]): Forks {
  const received = updates.map((update) => Y.decodeUpdate(update));
  const structs = received.flatMap((update) => update.structs);
  const repeated = new Map<number, number>();
  for (const { id: { client, clock } } of structs) {
    const first = Math.min(Y.getState(doc.store, client), repeated.get(client) ?? Infinity);
    if (clock < first) repeated.set(client, clock);
  }
  const held = Y.decodeUpdate(Y.encodeStateAsUpdate(doc, stateVectorWith(doc, repeated)));
  const all = { structs, ds: Y.mergeDeleteSets(received.map(({ ds }) => ds)) };
  const forks = findForks(held, all);
  for (const [client, clock] of [...findCollectedForks(doc, all), ...findListForks(doc, all)]) {
    forks.set(client, Math.min(clock, forks.get(client) ?? clock));
  }
  return forks;
}

const forkedRefusal: Refusal = {
  code: CloseCode.forbiddenContent,
  reason: 'Another client keeps writing under the client id of this page',
};

/** After this number of forks in a row the provider stops: a member follows each move. */
const maxForksInARow = 8;

/**
 * Moves the structs that differ from what the service has, in the document and in its copy on this
 * device. If the document writes under another client id then, so does its awareness. Call it while disconnected. Returns a refusal if moving does not help.
 */
export function moveForks(
  state: SyncState,
  awareness: Awareness,
  offline: CopyOnDevice | null,
): Refusal | null {
  const { doc } = awareness;
  const { forks: found, rejectedAt } = state;
  state.forks = state.rejectedAt = null;
  state.mustMove = false;
  const forks = found?.size ? found : rejectedAt ? structsAfter(rejectedAt, doc) : noForks;
  if (forks.size === 0 && !rejectedAt) return null;
  if (++state.forksInARow > maxForksInARow) return forkedRefusal;
  const moves = moveStructs(doc, forks);
  // The document has lost what it has received under the old ids, also before the last resume point.
  state.resumePoint = initialResumePoint;
  if (awareness.clientID !== doc.clientID) {
    const own = awareness.getLocalState();
    awareness.setLocalState(null);
    awareness.clientID = doc.clientID;
    awareness.setLocalState(own);
  }
  const targets = new Map([...moves.values()].map(({ target }) => [target, 0]));
  const update = Y.encodeStateAsUpdate(doc, stateVectorWith(doc, targets));
  offline?.rewrite?.((rows) => moveInCopy(rows, moves, update));
  return null;
}

/**
 * What the service lacks. If it rejects that as forked without having other content, another client owns
 * one of the client ids.
 */
function structsAfter(stateVector: Uint8Array, { store }: Y.Doc): Forks {
  const stored = Y.decodeStateVector(stateVector);
  return new Map(
    [...store.clients.keys()].map((client) => [client, stored.get(client) ?? 0] as const)
      .filter(([client, clock]) => clock < Y.getState(store, client)),
  );
}

/** Moves structs in a copy of the document. `moved` has those of the document. */
function moveInCopy(rows: readonly unknown[], moves: Moves, moved: Uint8Array): MergedRows {
  const targets = [...moves.values()].map(({ target }) => target);
  const { merged, ...result } = mergeStoredUpdates(rows, (stored) => {
    repeatMoves(stored, moves);
    // Another tab may have moved the beginning of these structs in the copy before.
    Y.applyUpdate(stored, moved);
    dropPending(stored, moves);
    return targets;
  });
  // The copy may have moved structs with other origins than the document, which are those that it sends.
  const others = Y.diffUpdate(
    merged,
    Y.encodeStateVector(new Map(targets.map((id) => [id, 2 ** 31]))),
  );
  return { ...result, merged: mergeStoredUpdates([others, moved, merged]).merged };
}

/** Drops structs that continue moved ones under their old id. The moved structs include them. */
function dropPending({ store }: Y.Doc, moves: Moves): void {
  const missing = store.pendingStructs?.missing.keys() ?? [];
  if ([...missing].some((client) => moves.has(client))) store.pendingStructs = null;
}

/** The state vector of the document, with other clocks for some clients. */
function stateVectorWith(doc: Y.Doc, clocks: ReadonlyMap<number, number>): Uint8Array {
  const all = Y.decodeStateVector(Y.encodeStateVector(doc));
  for (const [client, clock] of clocks) all.set(client, clock);
  return Y.encodeStateVector(all);
}
