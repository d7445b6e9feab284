import * as Y from 'yjs';
import type { Moves } from './moved-ids.ts';
import type { Forks } from './repeated-structs.ts';

type Store = Y.Doc['store'];
type Struct = Y.Item | Y.GC;

/** Where an item would be inserted now: between two items that follow each other. */
export interface ItemPlace {
  readonly item: Y.Item;
  readonly left: Y.Item | null;
  readonly right: Y.Item | null;
}

/**
 * Adds all structs that depend on forked ones: by an origin, by their type, or because they follow such
 * a struct of their client.
 */
export function withDependents(store: Store, forks: Forks): Forks {
  const found = new Map(forks);
  const depends = (id: Y.ID | null) =>
    id !== null && id.clock >= (found.get(id.client) ?? Infinity);
  for (let hasChanged = true; hasChanged;) {
    hasChanged = false;
    for (const [client, structs] of store.clients) {
      const first = structs.find((struct) =>
        struct.id.clock >= (found.get(client) ?? Infinity) ||
        struct instanceof Y.Item &&
          [struct.origin, struct.rightOrigin, parentOf(struct)].some(depends)
      );
      if (!first || first.id.clock >= (found.get(client) ?? Infinity)) continue;
      found.set(client, first.id.clock);
      hasChanged = true;
    }
  }
  return found;
}

/**
 * The places at which moved items would be inserted now, one after the other. Each item is between its
 * neighbours among those that do not move and those before it. So every replica places it there,
 * whatever its client id.
 */
export function placesOf(store: Store, moves: Moves): ItemPlace[] {
  const [lefts, rights] = [new Map<Y.Item, Y.Item | null>(), new Map<Y.Item, Y.Item | null>()];
  const places: ItemPlace[] = [];
  // Removed in reverse order, each item has the neighbours that it is inserted between.
  for (const item of inOrder(store, moves).reverse()) {
    const left = lefts.has(item) ? lefts.get(item)! : item.left;
    const right = rights.has(item) ? rights.get(item)! : item.right;
    if (left) rights.set(left, right);
    if (right) lefts.set(right, left);
    places.push({ item, left, right });
  }
  return places;
}

/** Moved items in an order in which they can be inserted: by clock, and types before what is in them. */
function inOrder(store: Store, moves: Moves): Y.Item[] {
  const queues = [...moves].map(([client, { clock }]) => {
    const structs: Struct[] = store.clients.get(client)!; // it has structs that move
    return { structs, at: Y.findIndexSS(structs, clock) };
  });
  const ordered: Y.Item[] = [];
  const placed = new Set<Y.Item>();
  const isReady = (struct: Struct) => {
    const type = struct instanceof Y.Item ? (struct.parent as Y.AbstractType<unknown>)._item : null;
    const move = type && moves.get(type.id.client);
    return !move || type.id.clock < move.clock || placed.has(type);
  };
  for (let count = -1; count !== ordered.length;) {
    count = ordered.length;
    for (const queue of queues) {
      for (; queue.at < queue.structs.length; queue.at++) {
        const struct = queue.structs[queue.at]!; // in bounds
        if (!isReady(struct)) break;
        if (!(struct instanceof Y.Item)) continue;
        placed.add(struct);
        ordered.push(struct);
      }
    }
  }
  return ordered;
}

/** The id of the type that an item is in; null in a root. */
function parentOf({ parent }: Y.Item): Y.ID | null {
  return (parent as Y.AbstractType<unknown>)._item?.id ?? null;
}
