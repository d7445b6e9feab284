import * as Y from 'yjs';
import { type ItemPlace, placesOf, withDependents } from './item-places.ts';
import { idsBelow, type Moves, newIds } from './moved-ids.ts';
import { forkOrigin, type Forks } from './repeated-structs.ts';

type Struct = Y.Item | Y.GC;

/**
 * Moves the structs of some clients, each from a clock on, to new client ids. The visible document does
 * not change, and the update that the transaction emits has only the moved structs. Then updates with
 * other content under the old ids can be applied.
 *
 * Structs keep their origins if a free id keeps their order. If there is none, because a member has
 * taken it, each item is inserted anew between its present neighbours, with all that depends on it.
 *
 * No client may go on writing under a moved id ({@link idsBelow}): a document that writes under a moved
 * id gets a random one. Undo managers hold clocks of the old ids and have to be cleared.
 */
export function moveStructs(doc: Y.Doc, forks: Forks): Moves {
  const { store } = doc;
  const held = new Map([...forks].filter(([client, clock]) => clock < Y.getState(store, client)));
  let moves: Moves = new Map();
  doc.transact((transaction) => {
    const below = idsBelow(store, held);
    moves = below ?? newIds(store, withDependents(store, held));
    for (const [client, { clock }] of moves) splitAt(transaction, client, clock);
    const places = below ? [] : placesOf(store, moves);
    changeIds(transaction, moves);
    for (const place of places) insertAnew(place);
    if (forks.has(doc.clientID)) doc.clientID = new Y.Doc().clientID;
  }, forkOrigin);
  return moves;
}

/** Moves structs of another document that has them to the same ids, as far as it has them. */
export function repeatMoves(doc: Y.Doc, moves: Moves): void {
  const held = new Map(
    [...moves].filter(([client, { clock }]) => clock < Y.getState(doc.store, client)),
  );
  doc.transact((transaction) => {
    for (const [client, { clock }] of held) splitAt(transaction, client, clock);
    changeIds(transaction, held);
  }, forkOrigin);
}

/** Yjs has no API for this. Ids are plain fields of structs; the store has them by client, ascending. */
function changeIds(transaction: Y.Transaction, moves: Moves): void {
  const { store } = transaction.doc;
  const changed = <Id extends Y.ID | null>(id: Id): Id | Y.ID => {
    const move = id && moves.get(id.client);
    return move && id.clock >= move.clock ? Y.createID(move.target, id.clock - move.clock) : id;
  };
  for (const [client, { clock, target }] of moves) {
    const structs = store.clients.get(client)!; // the caller has checked its state
    const moved = structs.splice(Y.findIndexSS(structs, clock));
    for (const struct of moved) {
      struct.id = changed(struct.id);
      // An item that is deleted and not yet collected is encoded with its content.
      if (struct.deleted) addDeletion(transaction, struct);
    }
    store.clients.set(target, moved);
    // At its end, the transaction compares these clocks with those of the store.
    if (structs.length > 0) transaction.beforeState.set(client, clock);
    else {
      store.clients.delete(client);
      transaction.beforeState.delete(client);
    }
  }
  for (const struct of [...store.clients.values()].flat()) {
    if (!(struct instanceof Y.Item)) continue;
    struct.origin = changed(struct.origin);
    struct.rightOrigin = changed(struct.rightOrigin);
    struct.redone = changed(struct.redone);
  }
}

/** Gives an item the origins that it would get if it was inserted now. */
function insertAnew({ item, left, right }: ItemPlace): void {
  item.origin = left?.lastId ?? null;
  item.rightOrigin = right?.id ?? null;
}

/** Splits the struct that contains a clock, so that one starts there. */
function splitAt(transaction: Y.Transaction, client: number, clock: number): void {
  const structs: Struct[] = transaction.doc.store.clients.get(client)!; // the caller has checked its state
  const index = Y.findIndexSS(structs, clock);
  const struct = structs[index]!; // findIndexSS throws for a clock that is not there
  const offset = clock - struct.id.clock;
  if (offset === 0) return;
  if (struct instanceof Y.Item) Y.getItemCleanStart(transaction, Y.createID(client, clock));
  else {
    structs.splice(index + 1, 0, new Y.GC(Y.createID(client, clock), struct.length - offset));
    struct.length = offset;
  }
}

function addDeletion({ deleteSet }: Y.Transaction, { id, length }: Struct): void {
  const ranges = deleteSet.clients.get(id.client) ?? [];
  ranges.push({ clock: id.clock, len: length });
  deleteSet.clients.set(id.client, ranges);
}
