import * as Y from 'yjs';
import { contentOf } from '../../../protocol/schema.ts';
import { element } from './yjs-elements.ts';

type Content = ConstructorParameters<typeof Y.Item>[7];

/** Content of every kind that Yjs can decode. The API writes only some of it at each place. */
export const contents: Record<string, () => Content> = {
  'a string': () => new Y.ContentString('stray'),
  'null': () => new Y.ContentAny([null]),
  'undefined': () => new Y.ContentAny([undefined]),
  'values': () => new Y.ContentAny([1, 'a', { b: [2] }]),
  'JSON': () => new Y.ContentJSON([{ a: 1 }]),
  'bytes': () => new Y.ContentBinary(new Uint8Array([9])),
  'a document': () => new Y.ContentDoc(new Y.Doc()),
  'an embed': () => new Y.ContentEmbed({ image: 'a' }),
  'a format': () => new Y.ContentFormat('bold', true as unknown as object),
  'the end of a format': () => new Y.ContentFormat('bold', null as unknown as object),
  'an unknown format': () => new Y.ContentFormat('highlight', { color: 'red' }),
  'a format with a hash': () => new Y.ContentFormat('link--10000000', { href: '/' }),
  'a format with a bad value': () => new Y.ContentFormat('link', 5 as unknown as object),
  'a format named constructor': () => new Y.ContentFormat('constructor', {}),
  'deleted content': () => new Y.ContentDeleted(3),
  'a list': () => new Y.ContentType(new Y.Array()),
  'a map': () => new Y.ContentType(new Y.Map()),
  'a text': () => new Y.ContentType(new Y.Text()),
  'a fragment': () => new Y.ContentType(new Y.XmlFragment()),
  'a hook': () => new Y.ContentType(new Y.XmlHook('hook')),
  'an XML text': () => new Y.ContentType(new Y.XmlText()),
  'a paragraph': () => new Y.ContentType(new Y.XmlElement('paragraph')),
  'a break': () => new Y.ContentType(new Y.XmlElement('hardBreak')),
  'a rule': () => new Y.ContentType(new Y.XmlElement('horizontalRule')),
  'a table': () => new Y.ContentType(new Y.XmlElement('table')),
};

/** A document with each kind of parent that the editor has. */
export function createDocument(): Y.Doc {
  const doc = new Y.Doc();
  doc.clientID = 1;
  const line = element('paragraph', [marked(), element('hardBreak'), marked()]);
  line.setAttribute('kind', 'bullet');
  const code = element('codeBlock', [new Y.XmlText('code')]);
  const blocks = [line, code, element('horizontalRule'), element('image'), element('paragraph')];
  contentOf(doc).insert(0, blocks);
  return doc;
}

/** Several items, so that other items can come between them. */
function marked(): Y.XmlText {
  const text = new Y.XmlText();
  text.applyDelta([{ insert: 'plain' }, { insert: 'bold', attributes: { bold: {} } }]);
  return text;
}

interface Place {
  readonly parent: Y.AbstractType<unknown>;
  /** The item before it; null at the start. */
  readonly left: Y.Item | null;
  /** The name of an attribute; null among the children. */
  readonly key: string | null;
}

/** Every place of a document from {@link createDocument} that can hold an item. */
export function placesIn(doc: Y.Doc): Place[] {
  const places: Place[] = [];
  const open: Y.AbstractType<unknown>[] = [contentOf(doc) as Y.AbstractType<unknown>];
  for (let parent = open.pop(); parent !== undefined; parent = open.pop()) {
    for (const key of ['kind', 'other']) {
      places.push({ parent, key, left: parent._map.get(key) ?? null });
    }
    places.push({ parent, key: null, left: null });
    for (let item = parent._start; item !== null; item = item.right) {
      places.push({ parent, key: null, left: item });
      if (item.content instanceof Y.ContentType) open.push(item.content.type);
    }
  }
  return places;
}

/** Writes an item as a client that does not use the API of Yjs may. Returns the item. */
export function writeItem(doc: Y.Doc, { parent, key, left }: Place, content: Content): Y.Item {
  const right = left === null ? key === null ? parent._start : null : left.right;
  const id = Y.createID(doc.clientID, Y.getState(doc.store, doc.clientID));
  const item = new Y.Item(
    id,
    left,
    left?.lastId ?? null,
    right,
    right?.id ?? null,
    parent,
    key,
    content,
  );
  doc.transact((transaction) => item.integrate(transaction, 0));
  return item;
}
