import * as Y from 'yjs';

/** Consecutive ids of one client. */
export interface IdRange {
  readonly client: number;
  readonly clock: number;
  readonly length: number;
}

/** The marks of a text in Yjs, by name. */
export type Formats = Readonly<Record<string, unknown>>;

type Parent = Y.XmlText | Y.XmlElement | Y.XmlFragment | Y.Map<unknown>;
type Content = ConstructorParameters<typeof Y.Item>[7];

/**
 * Inserts an item directly to the right of `left`, or at the start of `parent`. `left` may be
 * deleted.
 *
 * The API of Yjs inserts at an index, and chooses one of the deleted items there as the left origin.
 * Then the text of two authors who type at the same place could mix.
 */
export function insertItem(
  transaction: Y.Transaction,
  parent: Parent,
  left: Y.Item | null,
  content: Content,
): Y.Item {
  const { clientID, store } = transaction.doc;
  const right = left ? left.right : parent._start;
  const item = new Y.Item(
    Y.createID(clientID, Y.getState(store, clientID)),
    left,
    left?.lastId ?? null,
    right,
    right?.id ?? null,
    parent as never,
    null,
    content,
  );
  item.integrate(transaction, 0);
  forgetMarkers(parent);
  return item;
}

/** Yjs caches indices of a text. Its own methods correct them after an edit. */
function forgetMarkers(parent: Parent): void {
  if (parent._searchMarker) parent._searchMarker.length = 0;
}

/** Inserts text with exactly these marks directly to the right of `left`. Returns the text's item. */
export function insertText(
  transaction: Y.Transaction,
  parent: Y.XmlText,
  left: Y.Item | null,
  text: string,
  wanted: Formats,
): Y.Item {
  const formats = formatsAfter(parent, left);
  // Use the markers that follow rather than add others.
  for (let next = left ? left.right : parent._start; next; next = next.right) {
    if (next.deleted) continue;
    const format = formatIn(next);
    if (!format || !isEqual(format.value, wanted[format.key])) break;
    if (isEqual(formats[format.key], format.value)) continue;
    formats[format.key] = format.value;
    left = next;
  }
  const changed = Object.keys({ ...formats, ...wanted })
    .filter((key) => !isEqual(formats[key], wanted[key]));
  const insertMarkers = (at: Y.Item | null, values: Formats) => {
    for (const key of changed) {
      const format = new Y.ContentFormat(key, (values[key] ?? null) as object);
      at = insertItem(transaction, parent, at, format);
    }
    return at;
  };
  const inserted = insertItem(
    transaction,
    parent,
    insertMarkers(left, wanted),
    new Y.ContentString(text),
  );
  insertMarkers(inserted, formats);
  return inserted;
}

/** The marks that apply to the right of an item. */
export function formatsAfter(parent: Y.XmlText, left: Y.Item | null): Record<string, unknown> {
  const formats: Record<string, unknown> = {};
  for (let item = left && parent._start; item; item = item.right) {
    const format = item.deleted ? null : formatIn(item);
    if (format) formats[format.key] = format.value;
    if (item === left) break;
  }
  return formats;
}

function formatIn({ content }: Y.Item): { readonly key: string; readonly value: unknown } | null {
  return content instanceof Y.ContentFormat ? content : null;
}

/** Compares values of marks or attributes. An absent one is null. */
export function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}

/** The items with these ids, split so that they contain no other ids. Omits items without content. */
export function* itemsIn(
  transaction: Y.Transaction,
  { client, clock, length }: IdRange,
): Iterable<Y.Item> {
  const end = clock + length;
  const { store } = transaction.doc;
  if (!store.clients.has(client)) return;
  for (let at = clock; at < end;) {
    const item = Y.getItemCleanStart(transaction, Y.createID(client, at));
    if (item.id.clock + item.length > end) {
      Y.getItemCleanEnd(transaction, store, Y.createID(client, end - 1));
    }
    at = item.id.clock + item.length;
    if (item instanceof Y.Item) yield item;
  }
}

/** The item that ends with this id, split there; null if Yjs has discarded it. */
export function itemEndingWith(transaction: Y.Transaction, id: Y.ID): Y.Item | null {
  const { store } = transaction.doc;
  if (!store.clients.has(id.client)) return null;
  const item: unknown = Y.getItemCleanEnd(transaction, store, id);
  return item instanceof Y.Item ? item : null;
}

export function deleteItem(transaction: Y.Transaction, item: Y.Item): void {
  item.delete(transaction);
  forgetMarkers(item.parent as Parent);
}

/** Sets a mark on the text of an item; null removes it. */
export function formatItem(item: Y.Item, key: string, value: unknown): void {
  let index = 0;
  for (let left = item.left; left; left = left.left) {
    if (!left.deleted && left.countable) index += left.length;
  }
  (item.parent as Y.XmlText).format(index, item.length, { [key]: value ?? null });
}

/** Whether the item is visible: neither it nor an element around it is deleted. */
export function isLive(item: Y.Item | null): boolean {
  for (let at = item; at; at = (at.parent as Y.AbstractType<unknown>)._item) {
    if (at.deleted) return false;
  }
  return item !== null;
}
