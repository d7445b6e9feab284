import * as Y from 'yjs';
import { shortTitle, titleIn, titleKey } from '../../../../protocol/text/title.ts';
import { insertItem } from '../../../editor/content/item-edits.ts';
import { metaOf } from '../../../../protocol/schema.ts';

/**
 * The characters of a title that was written as a string, as an update. Null for an empty title. Every
 * client makes the same update from the same string, so that the title is there once if several people
 * begin to edit it at the same time.
 */
export function titleStart(meta: Y.Map<unknown>): Uint8Array | null {
  const title = shortTitle(titleIn(meta) ?? '').replace(/[\r\n]/g, '');
  const id = meta._map.get(titleKey)?.lastId;
  if (title === '' || !id) return null;
  const doc = new Y.Doc();
  doc.clientID = hash(`${id.client}:${id.clock}:${title}`);
  doc.transact((transaction) => {
    insertItem(transaction, metaOf(doc), null, new Y.ContentString(title));
  });
  const update = Y.encodeStateAsUpdate(doc);
  doc.destroy();
  return update;
}

/** FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  }
  return value;
}
