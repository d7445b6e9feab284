import * as Y from 'yjs';
import { type ContentKind, otherRoots } from '../../../protocol/other-roots.ts';
import { marks } from '../../../protocol/schema-marks.ts';
import { contentOf, schema } from '../../../protocol/schema.ts';
import { canKeepMark, maxUnknownMarks } from './unknown-marks.ts';

/** An item that the editor does not support. Without it, the editor supports what is around it. */
interface UnsupportedItem {
  readonly item: Y.Item;
  /** For the user, such as `the block "table"`. */
  readonly description: string;
}

/**
 * Describes content that the editor does not support, such as `the block "table"`; null if there is
 * none. Do not mount the editor unless this is null: its binding deletes unsupported content, text
 * included, for all authors, or throws.
 *
 * If the content is empty, the text of another editor counts too, or any data of another program. This
 * editor would show an empty document.
 */
export function findUnsupportedContent(doc: Y.Doc, others: ContentKind = 'text'): string | null {
  return firstDescription(unsupportedItems(doc, others));
}

/**
 * Every unsupported item of a document. Walks the items of Yjs, as the binding does: `toArray` and
 * `toDelta` omit items that have no length, such as a format among the lines.
 */
export function* unsupportedItems(doc: Y.Doc, others: ContentKind): Iterable<UnsupportedItem> {
  const content = contentOf(doc);
  for (const item of itemsOf(content)) yield* checkBlock(item);
  if (content.length > 0) return;
  for (const name of otherRoots(doc, others)) {
    const root = doc.get(name);
    const description = `content of another editor (in "${name}")`;
    for (const item of [...itemsOf(root), ...root._map.values()]) {
      if (!item.deleted) yield { item, description };
    }
  }
}

/**
 * Watches content that is supported. Calls `onFound` once, with the description of the first
 * unsupported content that arrives, before the binding sees it. Returns a function that stops
 * watching.
 */
export function watchForUnsupportedContent(
  content: Y.XmlFragment,
  onFound: (description: string) => void,
): () => void {
  const { doc } = content;
  if (!doc) throw new TypeError('Cannot watch content: it is not part of a document');
  const supported = new WeakSet(itemsOf(content));
  const checkType = (type: AnyType): string | null => {
    if (!Object.is(type, content)) {
      const block = itemAround(type, content);
      return block && firstDescription(checkBlock(block));
    }
    for (const item of itemsOf(content)) {
      const description = supported.has(item) ? null : firstDescription(checkBlock(item));
      if (description !== null) return description;
      supported.add(item);
    }
    return null;
  };
  const check = (transaction: Y.Transaction) => {
    for (const type of transaction.changed.keys()) {
      const description = checkType(type);
      if (description === null) continue;
      stop();
      onFound(description);
      return;
    }
  };
  const stop = () => doc.off('beforeObserverCalls', check);
  doc.on('beforeObserverCalls', check);
  return stop;
}

type AnyType = Parameters<Y.Transaction['changed']['get']>[0];

function firstDescription(found: Iterable<UnsupportedItem>): string | null {
  for (const { description } of found) return description;
  return null;
}

function* itemsOf(type: { readonly _start: Y.Item | null }): Iterable<Y.Item> {
  for (let item = type._start; item !== null; item = item.right) {
    if (!item.deleted) yield item;
  }
}

/** The item of the block that contains this type; null if it is elsewhere or deleted. */
function itemAround(type: AnyType, content: Y.XmlFragment): Y.Item | null {
  let around: AnyType | null = type;
  while (around && !Object.is(around.parent, content)) around = around.parent;
  return around?._item && !around._item.deleted ? around._item : null;
}

/** The type, value or first character in an item; undefined for a format. */
function valueIn(item: Y.Item): unknown {
  return item.content.getContent()[0];
}

function* checkBlock(item: Y.Item): Iterable<UnsupportedItem> {
  const block = valueIn(item);
  if (!(block instanceof Y.XmlElement)) {
    const isText = block instanceof Y.Text || typeof block === 'string';
    return yield { item, description: `${isText ? 'text' : 'an object'} outside a line` };
  }
  const { nodeName } = block;
  const type = schema.nodes[nodeName as keyof typeof schema.nodes];
  if (!type || !type.isInGroup('block')) {
    return yield { item, description: `the block "${nodeName}"` };
  }
  yield* checkAttributes(block, type.spec.attrs);
  for (const child of itemsOf(block)) yield* checkInline(child, nodeName);
}

function* checkInline(item: Y.Item, blockName: string): Iterable<UnsupportedItem> {
  const child = valueIn(item);
  if (child instanceof Y.XmlText) {
    if (blockName === 'paragraph' || blockName === 'codeBlock') yield* checkText(child, blockName);
    else yield { item, description: `text in "${blockName}"` };
    return;
  }
  if (!(child instanceof Y.XmlElement)) return yield { item, description: 'an embedded object' };
  const isSupported = child.nodeName === 'hardBreak' && blockName === 'paragraph';
  if (isSupported && child._first === null) yield* checkAttributes(child);
  else yield { item, description: `"${child.nodeName}" in "${blockName}"` };
}

function* checkAttributes(element: Y.XmlElement, known: object = {}): Iterable<UnsupportedItem> {
  for (const [name, item] of element._map) {
    if (item.deleted) continue;
    // The value that Yjs returns for an attribute is the last one of its item.
    const value: unknown = item.content.getContent()[item.length - 1];
    if (Object.hasOwn(known, name) && item.countable && isPrimitive(value)) continue;
    yield { item, description: `the attribute "${name}" of "${element.nodeName}"` };
  }
}

function* checkText(text: Y.XmlText, blockName: string): Iterable<UnsupportedItem> {
  for (const [name, item] of text._map) {
    if (!item.deleted) yield { item, description: `the attribute "${name}" of a text` };
  }
  /** The marks at this position: those the editor cannot preserve, and unknown ones that it can. */
  const unsupported = new Map<string, Y.Item>();
  const unknown = new Set<string>();
  for (const item of itemsOf(text)) {
    const { content } = item;
    if (content instanceof Y.ContentFormat) {
      const { key: name, value } = content as { key: string; value: unknown };
      unsupported.delete(name);
      unknown.delete(name);
      if (value === null || isKnownMark(name, value, blockName)) continue;
      const isKept = blockName === 'paragraph' && canKeepMark(name, value);
      if (isKept && unknown.size < maxUnknownMarks) unknown.add(name);
      else unsupported.set(name, item);
    } else if (content instanceof Y.ContentString) {
      // A mark without text changes nothing that the binding sees.
      for (const [name, format] of unsupported) {
        yield { item: format, description: `the mark "${name}"` };
      }
      unsupported.clear();
    } else {
      yield { item, description: 'an object within text' };
    }
  }
}

/**
 * Whether the editor preserves this value. A type of Yjs or an object may hold more than it reads.
 */
function isPrimitive(value: unknown): boolean {
  return value === null || ['undefined', 'boolean', 'number', 'string'].includes(typeof value);
}

/**
 * Whether this is a mark of the schema with a value that the editor preserves. Without attributes,
 * editors write `{}` or `true`.
 */
function isKnownMark(name: string, value: unknown, blockName: string): boolean {
  if (blockName !== 'paragraph' || !Object.hasOwn(marks, name)) return false;
  if (typeof value !== 'object' || value === null) return value === true;
  const known = name === 'link' ? marks.link.attrs : {};
  return Object.entries(value).every(([key, attribute]) =>
    Object.hasOwn(known, key) && isPrimitive(attribute)
  );
}
