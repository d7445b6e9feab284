import * as Y from 'yjs';
import type { DecodedUpdate } from '../../../protocol/compare-updates.ts';

type Type = Y.AbstractType<unknown>;
type Struct = DecodedUpdate['structs'][number];

/** Where an item is: in the list of a type, or under a key of it. `type` is null if the document lacks it. */
interface List {
  readonly type: Type | null;
  readonly key: string | null;
}

/**
 * Finds the client ids under which an update has an item in another list than the document, and for each
 * the first clock of one. An item without a left origin is in the list of its right one, and right origins
 * alone prove nothing: the service replaces some by others of the same list.
 */
export function findListForks(doc: Y.Doc, { structs }: DecodedUpdate): Map<number, number> {
  const forks = new Map<number, number>();
  const lists = new ReceivedLists(doc, structs);
  for (const struct of structs) {
    const { client, clock } = struct.id;
    if (forks.has(client) || !(struct instanceof Y.Item) || struct.origin) continue;
    if (!struct.rightOrigin || clock >= Y.getState(doc.store, client)) continue;
    const held = Y.getItem(doc.store, struct.id) as Y.Item | Y.GC;
    if (!(held instanceof Y.Item) || held.id.clock !== clock) continue;
    const list = lists.of(struct.rightOrigin);
    if (list && (list.type !== held.parent || list.key !== held.parentSub)) {
      forks.set(client, clock);
    }
  }
  return forks;
}

/** The lists of items that the document has or an update brings. Takes time in the count of structs. */
class ReceivedLists {
  readonly #doc: Y.Doc;
  readonly #structs = new Map<number, Struct[]>();
  readonly #found = new Map<Struct, List | null>();

  /** `structs`: by client in ascending order, as decoded. */
  constructor(doc: Y.Doc, structs: readonly Struct[]) {
    this.#doc = doc;
    for (const struct of structs) {
      const others = this.#structs.get(struct.id.client);
      if (!others) this.#structs.set(struct.id.client, [struct]);
      else if (struct.id.clock > others.at(-1)!.id.clock) others.push(struct); // never empty
    }
  }

  /** Null if the list is not known. */
  of(item: Y.ID): List | null {
    const passed: Struct[] = [];
    let list: List | null = null;
    for (let id: Y.ID | null = item; id !== null;) {
      const { client, clock }: Y.ID = id;
      if (clock < Y.getState(this.#doc.store, client)) {
        const held = Y.getItem(this.#doc.store, id) as Y.Item | Y.GC;
        if (held instanceof Y.Item) list = { type: held.parent as Type, key: held.parentSub };
        break;
      }
      const struct = this.#receivedAt(id);
      if (!(struct instanceof Y.Item)) break;
      if (this.#found.has(struct)) {
        list = this.#found.get(struct)!; // as above
        break;
      }
      passed.push(struct);
      this.#found.set(struct, null); // ends a circle
      id = struct.origin ?? struct.rightOrigin;
      if (id === null) list = { type: typeOf(this.#doc, struct.parent), key: struct.parentSub };
    }
    for (const struct of passed) this.#found.set(struct, list);
    return list;
  }

  #receivedAt({ client, clock }: Y.ID): Struct | undefined {
    const structs = this.#structs.get(client) ?? [];
    let low = 0;
    let high = structs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const { id, length } = structs[middle]!; // in bounds
      if (id.clock + length <= clock) low = middle + 1;
      else high = middle;
    }
    const struct = structs[low];
    return struct && struct.id.clock <= clock ? struct : undefined;
  }
}

/** The type that a decoded item names as its parent; null if the document lacks it. */
function typeOf(doc: Y.Doc, parent: Y.Item['parent']): Type | null {
  if (typeof parent === 'string') return (doc.share.get(parent) ?? null) as Type | null;
  if (!(parent instanceof Y.ID) || parent.clock >= Y.getState(doc.store, parent.client)) {
    return null;
  }
  const item = Y.getItem(doc.store, parent) as Y.Item | Y.GC;
  return item instanceof Y.Item && item.content instanceof Y.ContentType ? item.content.type : null;
}
