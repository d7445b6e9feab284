import type { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { CloseCode } from '../../../protocol/close-codes.ts';
import { findForks } from '../../../protocol/compare-updates.ts';
import { digestOf } from '../../../protocol/digest.ts';
import { mergeStoredUpdates } from '../offline/merge-rows.ts';
import type { CopyOnDevice } from '../provider-options.ts';
import { findCollectedForks } from './collected-structs.ts';
import type { SyncState } from './sync-state.ts';
import type { Refusal } from './refusal.ts';
import { forkOrigin, type Forks } from './repeated-structs.ts';

const noForks: Forks = new Map();

interface Moved {
  /** The new client ids. */
  readonly targets: readonly number[];
  /** Everything under them. */
  readonly update: Uint8Array;
}

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
  for (const [client, clock] of findCollectedForks(doc, all)) {
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
  const { targets, update } = moveStructsOf(doc, forks);
  if (awareness.clientID !== doc.clientID) {
    const own = awareness.getLocalState();
    awareness.setLocalState(null);
    awareness.clientID = doc.clientID;
    awareness.setLocalState(own);
  }
  offline?.rewrite?.((rows) =>
    mergeStoredUpdates(rows, (stored) => {
      moveStructsOf(stored, forks);
      // Another tab may have moved the beginning of these structs in the copy before.
      Y.applyUpdate(stored, update);
      dropPending(stored, forks);
      return targets;
    })
  );
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

/** Drops structs that continue moved ones under their old id. The moved structs include them. */
function dropPending({ store }: Y.Doc, forks: Forks): void {
  const missing = store.pendingStructs?.missing.keys() ?? [];
  if ([...missing].some((client) => forks.has(client))) store.pendingStructs = null;
}

/**
 * Moves the structs of some clients, each from a clock on, to new client ids. The visible document does
 * not change, and the update that the transaction emits has only the moved structs. Then updates with
 * other content under the old ids can be applied.
 *
 * The new id follows from the old one and the clock: tabs that share an offline copy, and peers, move
 * the same structs to the same id, so the text is there once. For that reason no client may go on
 * writing under it: a document that writes under a moved id gets a random one.
 *
 * Undo managers hold clocks of the old ids and have to be cleared. Returns the new ids, and the update.
 */
function moveStructsOf(doc: Y.Doc, forks: Forks): Moved {
  const targets: number[] = [];
  doc.transact((transaction) => {
    for (const [client, clock] of forks) {
      if (Y.getState(doc.store, client) <= clock) continue;
      const target = targetOf(doc.store, client, clock);
      moveStructs(transaction, { client, clock, target });
      targets.push(target);
    }
    if (forks.has(doc.clientID)) doc.clientID = new Y.Doc().clientID;
  }, forkOrigin);
  const update = Y.encodeStateAsUpdate(
    doc,
    stateVectorWith(doc, new Map(targets.map((id) => [id, 0]))),
  );
  return { targets, update };
}

/** Yjs has no API for this. Ids are plain fields of structs; the store has them by client, ascending. */
function moveStructs(
  transaction: Y.Transaction,
  { client, clock, target }: { client: number; clock: number; target: number },
): void {
  const { store } = transaction.doc;
  const structs = store.clients.get(client)!; // the caller has checked its state
  const moved = structs.splice(splitAt(transaction, structs, client, clock));
  if (structs.length === 0) store.clients.delete(client);
  const move = (id: Y.ID) => Y.createID(target, id.clock - clock);
  for (const struct of moved) {
    struct.id = move(struct.id);
    // An item that is deleted and not yet collected is encoded with its content.
    if (struct.deleted) addDeletion(transaction, struct);
  }
  store.clients.set(target, moved);
  const moveReference = (id: Y.ID | null) =>
    id?.client === client && id.clock >= clock ? move(id) : id;
  for (const struct of [...store.clients.values()].flat()) {
    if (!(struct instanceof Y.Item)) continue;
    struct.origin = moveReference(struct.origin);
    struct.rightOrigin = moveReference(struct.rightOrigin);
    struct.redone = moveReference(struct.redone);
  }
  // At its end, the transaction compares these clocks with those of the store.
  if (structs.length === 0) transaction.beforeState.delete(client);
  else transaction.beforeState.set(client, clock);
}

/** Returns the index of the struct that starts at the clock, after splitting one that contains it. */
function splitAt(
  transaction: Y.Transaction,
  structs: (Y.Item | Y.GC)[],
  client: number,
  clock: number,
): number {
  const index = Y.findIndexSS(structs, clock);
  const struct = structs[index]!; // findIndexSS throws for a clock that is not there
  const offset = clock - struct.id.clock;
  if (offset === 0) return index;
  if (struct instanceof Y.Item) Y.getItemCleanStart(transaction, Y.createID(client, clock));
  else {
    structs.splice(index + 1, 0, new Y.GC(Y.createID(client, clock), struct.length - offset));
    struct.length = offset;
  }
  return index + 1;
}

function addDeletion({ deleteSet }: Y.Transaction, { id, length }: Y.Item | Y.GC): void {
  const ranges = deleteSet.clients.get(id.client) ?? [];
  ranges.push({ clock: id.clock, len: length });
  deleteSet.clients.set(id.client, ranges);
}

/** The distance of a new client id from the old one is less than this. */
const maxDistance = 64;

/**
 * The id that these structs get; not one that the document has, which a member may have forged. It
 * follows from client id and clock, unless another id is between it and the old one.
 *
 * Yjs orders concurrent items by client id, and the order must not change. So the new id is the next
 * one below the old id. Above it would be wrong: of two items of one client, the later one is placed as
 * if its client id were lower. Items of a correct client are never concurrent, but forged ones may be.
 */
function targetOf(store: Y.Doc['store'], client: number, clock: number): number {
  const bytes = new TextEncoder().encode(`${client} ${clock}`);
  const distance = 1 + new DataView(digestOf(bytes).buffer).getUint32(4) % maxDistance;
  let nearest = -1;
  for (const id of store.clients.keys()) if (id < client && id > nearest) nearest = id;
  const target = client - distance;
  if (target > nearest) return target;
  const between = Math.floor((nearest + client) / 2);
  // Client ids are random: that there is none between both is as unlikely as an equal one.
  return between > nearest ? between : new Y.Doc().clientID;
}

/** The state vector of the document, with other clocks for some clients. */
function stateVectorWith(doc: Y.Doc, clocks: ReadonlyMap<number, number>): Uint8Array {
  const all = Y.decodeStateVector(Y.encodeStateVector(doc));
  for (const [client, clock] of clocks) all.set(client, clock);
  return Y.encodeStateVector(all);
}
