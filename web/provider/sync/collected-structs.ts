import * as Y from 'yjs';
import type { DecodedUpdate } from '../../../protocol/compare-updates.ts';

type Type = Y.AbstractType<unknown>;

/**
 * Finds the client ids under which either a document or an update has garbage-collected structs where
 * the other has items, and for each the first clock of them. Yjs collects an item only when its parent
 * was deleted. If the parent was not, each has other content: what continues it would be in one and
 * collected in the other.
 */
export function findCollectedForks(doc: Y.Doc, received: DecodedUpdate): Map<number, number> {
  const forks = new Map<number, number>();
  for (const struct of received.structs) {
    const { client, clock } = struct.id;
    if (forks.has(client)) continue;
    for (const held of heldStructs(doc, struct)) {
      const [item, other] = struct instanceof Y.Item ? [struct, held] : [held, struct];
      if (!(item instanceof Y.Item) || !(other instanceof Y.GC)) continue;
      if (!isInLiveType(doc, item, received)) continue;
      forks.set(client, Math.max(clock, held.id.clock));
      break;
    }
  }
  return forks;
}

/** The structs that a document has at the clocks of a received one. */
function* heldStructs(
  { store }: Y.Doc,
  { id: { client, clock }, length }: { readonly id: Y.ID; readonly length: number },
): Generator<Y.Item | Y.GC> {
  if (clock >= Y.getState(store, client)) return;
  const structs = store.clients.get(client)!; // it has a state
  for (let at = Y.findIndexSS(structs, clock); at < structs.length; at++) {
    const struct = structs[at]!; // in bounds
    if (struct.id.clock >= clock + length) return;
    yield struct;
  }
}

/** Whether an item, of the document or received, is in a type that neither of both has deleted. */
function isInLiveType(doc: Y.Doc, item: Y.Item, { ds }: DecodedUpdate): boolean {
  if (typeof item.parent === 'string') return true; // a root
  for (let type = typeOf(doc, item); type !== null;) {
    const parent = type._item;
    if (parent === null) return true;
    if (parent.deleted || Y.isDeleted(ds, parent.id)) return false;
    type = parent.parent as Type | null; // integrated
  }
  return false;
}

/** The type that an item is in; null if it is new or collected. */
function typeOf(doc: Y.Doc, { parent, origin, rightOrigin }: Y.Item): Type | null {
  if (parent instanceof Y.AbstractType) return parent;
  const id = origin ?? rightOrigin ?? parent as Y.ID | null;
  if (id === null || id.clock >= Y.getState(doc.store, id.client)) return null;
  const named = Y.getItem(doc.store, id) as Y.Item | Y.GC;
  if (!(named instanceof Y.Item)) return null;
  if (id !== parent) return named.parent as Type | null; // integrated
  return named.content instanceof Y.ContentType ? named.content.type : null;
}
