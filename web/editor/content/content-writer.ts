import * as Y from 'yjs';
import type { EditRecord, ElementCopy } from './edit-record.ts';
import {
  deleteItem,
  formatItem,
  type Formats,
  formatsAfter,
  type IdRange,
  insertItem,
  insertText,
  isEqual,
  itemEndingWith,
  itemsIn,
} from './item-edits.ts';
import { liveItems, typeIn } from './line-runs.ts';

/** Where text is inserted: to the right of an item of a text, or at its start. */
export interface TextPlace {
  readonly text: Y.XmlText;
  readonly left: Y.Item | null;
}

/** Receives the ids of content, and the first id of its copy. */
type OnCopied = (range: IdRange, to: Y.ID) => void;

/** Changes a document within one transaction of Yjs, and records the changes. */
export class ContentWriter {
  readonly transaction: Y.Transaction;
  readonly records: EditRecord[] = [];

  constructor(transaction: Y.Transaction) {
    this.transaction = transaction;
  }

  /** The place to the right of a character, which may be deleted. */
  placeAfter(id: Y.ID): TextPlace | null {
    const left = itemEndingWith(this.transaction, id);
    return left?.parent instanceof Y.XmlText ? { text: left.parent, left } : null;
  }

  insertText({ text, left }: TextPlace, characters: string, formats: Formats): TextPlace {
    const item = insertText(this.transaction, text, left, characters, formats);
    const { id: { client, clock }, length } = item;
    this.records.push({ type: 'insert', range: { client, clock, length } });
    return { text, left: item };
  }

  /** Inserts a block or a line break, with its content. Calls `onCopied` with the ids of copies. */
  insertElement(
    parent: Y.XmlFragment | Y.XmlElement,
    left: Y.Item | null,
    copy: ElementCopy,
    onCopied: OnCopied = () => {},
  ): Y.Item {
    const item = this.#insertCopy(parent, left, copy, onCopied);
    const { client, clock } = item.id;
    const length = Y.getState(this.transaction.doc.store, client) - clock;
    this.records.push({ type: 'insert-element', range: { client, clock, length } });
    return item;
  }

  #insertCopy(
    parent: Y.XmlFragment | Y.XmlElement,
    left: Y.Item | null,
    { id, name, attributes, children }: ElementCopy,
    onCopied: OnCopied,
  ): Y.Item {
    const element = new Y.XmlElement(name);
    const item = insertItem(this.transaction, parent, left, new Y.ContentType(element));
    if (id) onCopied({ ...id, length: 1 }, item.id);
    for (const [key, value] of Object.entries(attributes)) {
      element.setAttribute(key, value as string);
    }
    let last: Y.Item | null = null;
    for (const child of children) {
      if ('name' in child) {
        last = this.#insertCopy(element, last, child, onCopied);
        continue;
      }
      const text = new Y.XmlText();
      last = insertItem(this.transaction, element, last, new Y.ContentType(text));
      if (child.id) onCopied({ ...child.id, length: 1 }, last.id);
      let end: Y.Item | null = null;
      for (const { text: characters, formats, ...range } of child.parts) {
        end = insertText(this.transaction, text, end, characters, formats);
        if ('clock' in range) onCopied(range as IdRange, end.id);
      }
    }
    return item;
  }

  /** The text of a line at its start or after a line break. Creates it if there is none. */
  textAfter(element: Y.XmlElement, left: Y.Item | null): TextPlace {
    let next = left ? left.right : element._start;
    while (next?.deleted) next = next.right;
    const existing = next && typeIn(next);
    if (existing instanceof Y.XmlText) return { text: existing, left: null };
    const text = new Y.XmlText();
    insertItem(this.transaction, element, left, new Y.ContentType(text));
    return { text, left: null };
  }

  /** Inserts a line break. What follows it in the text moves into a text of its own. */
  insertBreak(element: Y.XmlElement, { text, left }: TextPlace, copy: ElementCopy): TextPlace {
    const rest: IdRange[] = [];
    for (let item = left ? left.right : text._start; item; item = item.right) {
      if (!item.deleted && item.countable) rest.push({ ...item.id, length: item.length });
    }
    const lineBreak = this.insertElement(element, text._item, copy);
    if (rest.length === 0) return this.textAfter(element, lineBreak);
    const after = { text: new Y.XmlText(), left: null };
    insertItem(this.transaction, element, lineBreak, new Y.ContentType(after.text));
    let place: TextPlace = after;
    for (const range of rest) place = this.moveText(range, place);
    return after;
  }

  /** Moves the visible text with these ids. Calls `onCopied` with the ids of copies. */
  moveText(range: IdRange, place: TextPlace, onCopied: OnCopied = () => {}): TextPlace {
    for (const part of this.#deleteText(range)) {
      place = this.insertText(place, part.text, part.formats);
      if (place.left) onCopied(part, place.left.id);
    }
    return place;
  }

  /** Deletes the visible part of the content with these ids. */
  delete(range: IdRange): void {
    for (const item of itemsIn(this.transaction, range)) {
      if (item.deleted || !item.countable) continue;
      if (typeIn(item)) this.deleteElement(item);
      else this.#deleteText({ ...item.id, length: item.length });
    }
  }

  #deleteText(range: IdRange) {
    return [...itemsIn(this.transaction, range)].flatMap((item) => {
      if (item.deleted || !(item.content instanceof Y.ContentString)) return [];
      const part = { ...item.id, length: item.length, ...textIn(item) };
      this.records.push({ type: 'delete-text', part, place: placeOf(item) });
      deleteItem(this.transaction, item);
      return [part];
    });
  }

  deleteElement(item: Y.Item): void {
    this.records.push({ type: 'delete-element', copy: copyOf(item), place: placeOf(item) });
    deleteItem(this.transaction, item);
  }

  setAttribute(element: Y.XmlElement, key: string, after: unknown): void {
    const before: unknown = element.getAttribute(key) ?? null;
    if (isEqual(before, after) || !element._item) return;
    if (after === null || after === undefined) element.removeAttribute(key);
    else element.setAttribute(key, after as string);
    this.records.push({ type: 'attribute', element: element._item.id, key, before, after });
  }

  /** Sets a mark on the visible text with these ids; null removes it. */
  format(range: IdRange, key: string, after: unknown, onlyIf = (_before: unknown) => true): void {
    for (const item of itemsIn(this.transaction, range)) {
      if (item.deleted || !(item.parent instanceof Y.XmlText)) continue;
      const before = formatsAfter(item.parent, item)[key] ?? null;
      if (isEqual(before, after) || !onlyIf(before)) continue;
      const formatted = { ...item.id, length: item.length };
      formatItem(item, key, after);
      this.records.push({ type: 'format', range: formatted, key, before, after });
    }
  }
}

function textIn(item: Y.Item): { text: string; formats: Formats } {
  const text = (item.content as Y.ContentString).str;
  const formats = Object.entries(formatsAfter(item.parent as Y.XmlText, item))
    .filter(([, value]) => value !== null);
  return { text, formats: Object.fromEntries(formats) };
}

function placeOf(item: Y.Item) {
  let { left } = item;
  while (left && (left.deleted || !left.countable)) left = left.left;
  return { left: left?.lastId ?? null, parent: (item.parent as Y.XmlText)._item?.id ?? null };
}

function copyOf(item: Y.Item): ElementCopy & { id: Y.ID } {
  const element = typeIn(item) as Y.XmlElement;
  const children = [...liveItems(element)].map((child) => {
    const type = typeIn(child);
    if (!(type instanceof Y.XmlText)) return copyOf(child);
    const parts = [...liveItems(type)].filter(({ countable }) => countable)
      .map((part) => ({ ...part.id, length: part.length, ...textIn(part) }));
    return { id: child.id, parts };
  });
  return { id: item.id, name: element.nodeName, attributes: element.getAttributes(), children };
}
