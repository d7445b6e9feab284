import * as Y from 'yjs';
import type { ContentWriter } from './content-writer.ts';
import { CopiedIds, type EditRecord } from './edit-record.ts';
import { type IdRange, isLive, itemsIn } from './item-edits.ts';
import { liveItems, sliceRuns, typeIn } from './line-runs.ts';

/** Fewer characters, in UTF-16 units, are equal by chance. */
const minLength = 3;
/** The splits that are remembered, the last ones. */
const maxSplits = 50;

/** Text of this editor that is also elsewhere. */
interface Duplicates {
  /** The ids of the text here, which is to be deleted. */
  readonly ranges: readonly IdRange[];
  /** The ids of this text, and of what it was copied from, with those of the text elsewhere. */
  readonly copies: readonly { readonly from: IdRange; readonly to: Y.ID }[];
}

/** Text that was copied to the right of a line end, or of a line break. */
interface Rest {
  readonly text: string;
  readonly ranges: readonly IdRange[];
}

/** A line end or a line break of this editor, with the rest of the line. */
export interface Split extends Rest {
  readonly item: Y.Item;
  /** The ids of what was copied. */
  readonly sources: readonly IdRange[];
}

/** Remembers an edit that has inserted a line or a line break. */
export function rememberSplit(splits: Split[], { transaction, records }: ContentWriter): void {
  const split = splitOf(transaction, records);
  if (split && split.text.length >= minLength) splits.push(split);
  if (splits.length > maxSplits) splits.shift();
}

/**
 * Finds the text that this editor and another client have both copied, because both have split the same
 * line at the same time. The copy that comes later stays, so that the text is in the last of the lines:
 * each editor deletes its own copy if it comes first.
 */
export function findDuplicates(splits: readonly Split[], transaction: Y.Transaction): Duplicates[] {
  if (splits.length === 0) return [];
  const inserted = insertedElements(transaction);
  const isLiveText = (range: IdRange) => [...itemsIn(transaction, range)].some(isLive);
  // The rest may have been split again.
  const moved = new CopiedIds();
  for (const { sources, ranges } of splits) {
    for (const { from, to } of pair(sources, ranges)) moved.add(from, to);
  }
  return splits.flatMap(({ item, text, ranges, sources }) => {
    const others = isLive(item) ? splitsBeside(item, inserted).map(restOf) : [];
    for (const other of others) {
      const length = commonLength(text, other.text);
      if (length < minLength) continue;
      const current = lastOf(ranges, length).flatMap((range) => moved.latest(range));
      if (!current.some(isLiveText)) continue;
      const at = other.text.lastIndexOf(text.slice(-length));
      const elsewhere = sliceRuns(other.ranges, at, at + length);
      const copies = [lastOf(sources, length), current].flatMap((from) => pair(from, elsewhere));
      return [{ ranges: current, copies }];
    }
    return [];
  });
}

/** The elements that other clients have inserted. */
function insertedElements({ beforeState, afterState, doc }: Y.Transaction): Y.Item[] {
  return [...afterState].flatMap(([client, clock]) => {
    const from = beforeState.get(client) ?? 0;
    const structs = doc.store.clients.get(client);
    if (clock <= from || client === doc.clientID || !structs) return [];
    return structs.slice(Y.findIndexSS(structs, from)).filter((struct) =>
      struct instanceof Y.Item && !struct.deleted && typeIn(struct) instanceof Y.XmlElement
    ) as Y.Item[];
  });
}

/** The element that an edit has inserted, with the text that it has copied there. */
function splitOf({ doc }: Y.Transaction, records: readonly EditRecord[]): Split | null {
  const insertion = records.find(({ type }) => type === 'insert-element');
  if (insertion?.type !== 'insert-element') return null;
  const { client, clock } = insertion.range;
  const item: unknown = Y.getItem(doc.store, Y.createID(client, clock));
  if (!(item instanceof Y.Item) || item.deleted) return null;
  const sources = records.flatMap((record) => record.type === 'delete-text' ? [record.part] : []);
  const { text, ranges } = restOf(item);
  const length = commonLength(sources.map((part) => part.text).join(''), text);
  return {
    item,
    text: text.slice(text.length - length),
    ranges: lastOf(ranges, length),
    sources: lastOf(sources, length),
  };
}

/** The text in a line, or to the right of a line break. */
function restOf(item: Y.Item): Rest {
  const element = typeIn(item) as Y.XmlElement;
  let next = item.right;
  while (next?.deleted) next = next.right;
  const isBreak = item.parent instanceof Y.XmlElement;
  const children = isBreak ? next ? [next] : [] : [...liveItems(element)];
  const strings = children.flatMap((child) => {
    const text = typeIn(child);
    return text instanceof Y.XmlText ? [...liveItems(text)] : [];
  }).filter(({ content }) => content instanceof Y.ContentString);
  return {
    text: strings.map(({ content }) => (content as Y.ContentString).str).join(''),
    ranges: strings.map(({ id, length }) => ({ ...id, length })),
  };
}

/** Of the inserted elements, those that split the same text at the same time, and come later. */
function splitsBeside(own: Y.Item, inserted: readonly Y.Item[]): Y.Item[] {
  const found: Y.Item[] = [];
  if (!inserted.some(({ origin }) => Y.compareIDs(origin, own.origin))) return found;
  for (let item = own.right; item && found.length < inserted.length; item = item.right) {
    const { origin } = item;
    // The other client may have split the rest again.
    const isBeside = Y.compareIDs(origin, own.origin) ||
      found.some(({ lastId }) => Y.compareIDs(origin, lastId));
    if (isBeside && inserted.includes(item)) found.push(item);
  }
  return found;
}

/** The length of the end of `own` that `other` contains, or ends with. */
function commonLength(own: string, other: string): number {
  if (other.includes(own)) return own.length;
  const max = Math.min(own.length, other.length);
  let length = 0;
  while (length < max && own.at(-1 - length) === other.at(-1 - length)) length++;
  return length;
}

/** The ids of the last characters. */
function lastOf(runs: readonly IdRange[], length: number): IdRange[] {
  const end = runs.reduce((sum, run) => sum + run.length, 0);
  return sliceRuns(runs, end - length, end);
}

/** Pairs the ids of equal texts. */
function pair(
  texts: readonly IdRange[],
  copies: readonly IdRange[],
): Duplicates['copies'][number][] {
  let at = 0;
  return texts.flatMap(({ client, clock, length }) =>
    sliceRuns(copies, at, at += length).map((copy) => {
      const from = { client, clock, length: copy.length };
      clock += copy.length;
      return { from, to: Y.createID(copy.client, copy.clock) };
    })
  );
}
