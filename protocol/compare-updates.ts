import * as Y from 'yjs';

/** An update as `Y.decodeUpdate` returns it. */
export type DecodedUpdate = ReturnType<typeof Y.decodeUpdate>;
type Struct = DecodedUpdate['structs'][number];

/**
 * Finds the client ids under which two updates have different content, and for each the first clock of
 * it. Yjs takes structs with the same id and clock for the same and keeps the first, so such updates
 * leave replicas apart for good, with equal state vectors.
 *
 * Compares content and insertion point, for the clocks that both updates have. It does not depend on
 * how they split or merge items. Deleted content has left no trace and is equal to any other with the
 * same neighbours, unless `received` claims as deleted what `held` has and what neither delete set names.
 */
export function findForks(held: DecodedUpdate, received: DecodedUpdate): Map<number, number> {
  const forks = new Map<number, number>();
  const heldStructs = byClient(held.structs);
  for (const [client, structs] of byClient(received.structs)) {
    const others = heldStructs.get(client) ?? [];
    let at = 0;
    for (const struct of structs) {
      while (at < others.length && endOf(others[at]!) <= struct.id.clock) at++; // in bounds
      for (let i = at; i < others.length && !forks.has(client); i++) {
        const other = others[i]!; // in bounds
        const from = Math.max(struct.id.clock, other.id.clock);
        const to = Math.min(endOf(struct), endOf(other));
        if (from >= to) break;
        const clock = firstDifference(other, struct, from, to, held.ds, received.ds);
        if (clock !== null) forks.set(client, clock);
      }
    }
  }
  return forks;
}

function byClient(structs: readonly Struct[]): Map<number, Struct[]> {
  const grouped = new Map<number, Struct[]>();
  for (const struct of structs) {
    const { client } = struct.id;
    const earlier = grouped.get(client);
    if (earlier) earlier.push(struct);
    else grouped.set(client, [struct]);
  }
  return grouped;
}

function endOf({ id, length }: Struct): number {
  return id.clock + length;
}

/** The first clock from `from` to before `to` at which two structs of one client differ, or null. */
function firstDifference(
  held: Struct,
  received: Struct,
  from: number,
  to: number,
  heldDeletes: DecodedUpdate['ds'],
  receivedDeletes: DecodedUpdate['ds'],
): number | null {
  // Also of deleted items: what follows them is inserted where they are.
  const areItems = held instanceof Y.Item && received instanceof Y.Item;
  if (areItems && !sameInsertionPoint(held, received, from)) return from;
  // With the same text, both were most likely the same item.
  const isDeleted = areItems && !(isContent(held) && isContent(received));
  if (isDeleted && !Y.compareIDs(held.rightOrigin, received.rightOrigin)) return from;
  if (!isContent(held)) return null;
  if (!isContent(received)) {
    for (let clock = from; clock < to; clock++) {
      const id = Y.createID(held.id.client, clock);
      if (!Y.isDeleted(receivedDeletes, id) && !Y.isDeleted(heldDeletes, id)) return clock;
    }
    return null;
  }
  return differenceOfContent(held, received, from, to);
}

/** Whether a struct still has its content. */
function isContent(struct: Struct): struct is Y.Item {
  return struct instanceof Y.Item && !(struct.content instanceof Y.ContentDeleted);
}

/** Does not compare right origins: the service replaces those that replicas would order differently. */
function sameInsertionPoint(a: Y.Item, b: Y.Item, clock: number): boolean {
  if (!Y.compareIDs(originAt(a, clock), originAt(b, clock))) return false;
  if (originAt(a, clock)) return true; // the parent and key are those of the origin
  if (a.rightOrigin || b.rightOrigin) return a.rightOrigin !== null && b.rightOrigin !== null;
  return a.parentSub === b.parentSub && sameParent(a.parent, b.parent);
}

/** Items that continue each other merge: within one, each clock follows the one before it. */
function originAt({ id, origin }: Y.Item, clock: number): Y.ID | null {
  return clock > id.clock ? Y.createID(id.client, clock - 1) : origin;
}

/** In a decoded update, a parent is the name of a root or the id of a type. */
function sameParent(a: Y.Item['parent'], b: Y.Item['parent']): boolean {
  return a === b || (a instanceof Y.ID && b instanceof Y.ID && Y.compareIDs(a, b));
}

function differenceOfContent(a: Y.Item, b: Y.Item, from: number, to: number): number | null {
  const [x, y] = [a.content, b.content];
  if (x instanceof Y.ContentString && y instanceof Y.ContentString) {
    for (let clock = from; clock < to; clock++) {
      if (!sameUnit(x.str.charCodeAt(clock - a.id.clock), y.str.charCodeAt(clock - b.id.clock))) {
        return clock;
      }
    }
    return null;
  }
  const same = a.content.getRef() === b.content.getRef() &&
    equalBytes(encodeContent(a, from, to), encodeContent(b, from, to));
  return same ? null : from;
}

/** Yjs replaces each half of a surrogate pair that an edit splits, on some replicas later than on others. */
function sameUnit(a: number, b: number): boolean {
  return a === b || (a === replacement && isSurrogate(b)) || (b === replacement && isSurrogate(a));
}

const replacement = 0xfffd;

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

function encodeContent({ id, content }: Y.Item, from: number, to: number): Uint8Array {
  let part = content.copy();
  if (from > id.clock) part = part.splice(from - id.clock);
  if (to - from < part.getLength()) part.splice(to - from);
  const encoder = new Y.UpdateEncoderV1();
  part.write(encoder, 0);
  return encoder.toUint8Array();
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
