import * as Y from 'yjs';
import { compactUpdates } from '../../../../worker/core/log/compaction.ts';
import { loadDocument } from '../../../../worker/core/log/load-document.ts';
import { readDocument, renderers } from '../../../../worker/core/render/formats.ts';
import { LogState } from '../../../../worker/core/update/log-state.ts';
import { readContents } from '../../../../worker/core/update/update-walk.ts';
import { validateUpdate } from '../../../../worker/core/update/validate-update.ts';
import type { Random } from '../../../support/random.ts';

type AnyType = NonNullable<ReturnType<Y.Doc['share']['get']>>;

/** A type, or one key of a type, and the items in it in their order, each clock on its own. */
export type Orders = ReadonlyMap<string, readonly string[]>;

/** The orders of all lists of a document that are not inside a deleted type. */
export function ordersOf(doc: Y.Doc): Orders {
  const orders = new Map<string, string[]>();
  const types: [name: string, type: AnyType][] = [...doc.share];
  for (const [name, type] of types) {
    orders.set(name, addItems(type._start, name, types));
    for (const [key, last] of type._map) {
      let first = last;
      while (first.left !== null) first = first.left;
      orders.set(`${name}/${key}`, addItems(first, `${name}/${key}`, types));
    }
  }
  for (const [name, order] of orders) if (order.length === 0) orders.delete(name);
  return orders;
}

function addItems(
  first: Y.Item | null,
  parent: string,
  types: [name: string, type: AnyType][],
): string[] {
  const order: string[] = [];
  for (let item = first; item !== null; item = item.right) {
    const { client, clock } = item.id;
    for (let i = 0; i < item.length; i++) order.push(`${client}:${clock + i}`);
    if (item.deleted || !(item.content instanceof Y.ContentType)) continue;
    types.push([`${parent} ${client}:${clock}`, item.content.type]);
  }
  return order;
}

/** Loads one log in the ways in which clients and the service do. */
export function replicasOf(log: readonly Uint8Array[], random: Random): Map<string, Y.Doc> {
  const shuffled = inCausalOrder(log, random);
  const state = stateOf(log);
  const middle = random.below(log.length);
  const snapshot =
    compactUpdates(log.slice(0, middle + 1), stateOf(log.slice(0, middle + 1)).encodeStateVector())
      .update;
  const inOrder = apply(log);
  return new Map([
    ['in order', inOrder],
    ['in order, without garbage collection', apply(log, { gc: false })],
    ['in another order', apply(shuffled)],
    ['in another order, without garbage collection', apply(shuffled, { gc: false })],
    ['of a renderer', loadDocument(log)],
    ['of the snapshot', apply([compactUpdates(log, state.encodeStateVector()).update])],
    ['of an earlier snapshot', apply([snapshot, ...log.slice(middle + 1)])],
    ['merged', apply([Y.mergeUpdates([...shuffled])])],
    ['of a connected client', apply([Y.encodeStateAsUpdate(inOrder)])],
  ]);
}

/** The same updates in a random order in which none comes before what it depends on. */
export function inCausalOrder(log: readonly Uint8Array[], random: Random): Uint8Array[] {
  const state = new LogState();
  const ordered: Uint8Array[] = [];
  const left = [...log];
  while (left.length > 0) {
    const at = random.below(left.length);
    const validated = validateUpdate(left[at]!, state); // in bounds
    if (validated.type === 'gap') continue;
    state.add(validated.contents);
    ordered.push(...left.splice(at, 1));
  }
  return ordered;
}

function stateOf(log: readonly Uint8Array[]): LogState {
  const state = new LogState();
  for (const update of log) state.add(readContents(update, state));
  return state;
}

function apply(updates: readonly Uint8Array[], { gc = true } = {}): Y.Doc {
  const doc = new Y.Doc({ gc });
  for (const update of updates) Y.applyUpdate(doc, update);
  if (doc.store.pendingStructs || doc.store.pendingDs) throw new Error('Pending structs');
  return doc;
}

/**
 * Exchanges the deletions of replicas until they have the same. Yjs deletes marks that it finds
 * redundant, on each replica other ones, and tells the others.
 */
export function exchangeDeletions(docs: readonly Y.Doc[]): void {
  for (let round = 0; round < 10; round++) {
    const deletions = docs.map((doc) => Y.encodeStateAsUpdate(doc, Y.encodeStateVector(doc)));
    const first = Y.snapshot(docs[0]!); // there are replicas
    if (docs.every((doc) => Y.equalSnapshots(Y.snapshot(doc), first))) return;
    for (const doc of docs) for (const update of deletions) Y.applyUpdate(doc, update);
  }
  throw new Error('The replicas still have different deletions');
}

export function renderAll(doc: Y.Doc): Record<string, string> {
  const content = readDocument(doc);
  return Object.fromEntries(
    Object.entries(renderers).map(([format, render]) => [format, render(content)]),
  );
}
