import * as Y from 'yjs';
import { xmlRoots } from '../../../../worker/core/update/document-structure.ts';

/** Reads everything in a document in the ways in which stock clients do. Throws what Yjs throws. */
export function readAsStockClients(doc: Y.Doc): void {
  for (const root of xmlRoots) if (doc.share.has(root)) doc.getXmlFragment(root);
  doc.getText('text');
  doc.getArray('array');
  doc.getMap('map');
  doc.toJSON();
  for (const type of doc.share.values()) readType(type);
}

function readType(type: object): void {
  for (const method of readers) {
    const read = Reflect.get(type, method);
    if (typeof read === 'function') JSON.stringify(Reflect.apply(read, type, []), withoutTypes);
  }
  if (!(type instanceof Y.AbstractType)) return;
  for (let item = type._start; item !== null; item = item.right) readNested(item);
  for (const item of type._map.values()) readNested(item);
}

const readers = ['toString', 'toJSON', 'toDelta', 'toArray', 'getAttributes'];

function readNested({ content, deleted }: Y.Item): void {
  if (!deleted && content instanceof Y.ContentType) readType(content.type);
}

/** JSON has no big integers, and a type would be encoded with its whole document. */
function withoutTypes(_: string, value: unknown): unknown {
  return typeof value === 'bigint' || value instanceof Y.AbstractType ? null : value;
}
