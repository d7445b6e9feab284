import * as Y from 'yjs';
import { findCopies, readTexts, writtenTexts } from '../../provider/recovery/find-copies.ts';
import type { IdRange } from '../content/item-edits.ts';
import { liveItems, sliceRuns, typeIn } from '../content/line-runs.ts';

/** The new place of the text around a caret. */
export interface MovedText {
  /** To the right of the character that the caret follows. */
  readonly position: Y.RelativePosition;
  /** The ids of the deleted text, with those of its copy. */
  readonly moved: readonly { readonly from: IdRange; readonly to: Y.ID }[];
  /** Text before the caret that the other client had not seen, and has left behind. */
  readonly typed: readonly IdRange[];
}

/** Characters of one text with their ids. */
interface Characters {
  readonly text: string;
  readonly ranges: readonly IdRange[];
}

/**
 * Finds the place of a caret when another client has deleted the text around it and inserted a copy
 * elsewhere in the same transaction: it has split, joined or moved the line. Own text from `recentClock`
 * on may be missing in the copy. Must be called before Yjs discards the deleted text.
 */
export function findMovedText(
  transaction: Y.Transaction,
  caret: Y.RelativePosition,
  recentClock: number,
): MovedText | null {
  const { doc, deleteSet } = transaction;
  const start = itemAt(doc, caret);
  if (!start) return null;
  const isMoved = (item: Y.Item) => Y.isDeleted(deleteSet, item.id);
  const typed: IdRange[] = [];
  let { item }: { item: Y.Item | null } = start;
  let length = start.offset;
  while (item && isRecent(item, doc.clientID, recentClock)) {
    typed.unshift(charactersOf(item, 0, length));
    item = item.left;
    length = Infinity;
  }
  const left: (IdRange & { text: string })[] = [];
  for (; item && (item.deleted || !item.countable); item = item.left) {
    if (isMoved(item)) left.unshift(charactersOf(item, 0, length));
    length = Infinity;
  }
  const isLineGone = start.text._item?.deleted === true;
  if (left.length === 0 && (start.item || !isLineGone)) return null;
  const right: (IdRange & { text: string })[] = [];
  let from = typed.length > 0 ? Infinity : start.offset;
  for (item = start.item ?? start.text._start; item; item = item.right) {
    if (!item.deleted && item.countable && item !== start.item) break;
    if (isMoved(item)) right.push(charactersOf(item, from));
    from = 0;
  }
  const [before, after] = [joined(left), joined(right)];
  const copy = findCopy(transaction, before.text, after.text);
  if (!copy) return null;
  const ids = [...liveItems(copy.type)].filter(({ countable }) => countable)
    .map(({ id, length }) => ({ client: id.client, clock: id.clock, length }));
  let at = copy.index - before.text.length;
  const moved: MovedText['moved'][number][] = [];
  for (const range of [...before.ranges, ...after.ranges]) {
    let { clock } = range;
    for (const copied of sliceRuns(ids, at, at += range.length)) {
      const from = { ...range, clock, length: copied.length };
      moved.push({ from, to: Y.createID(copied.client, copied.clock) });
      clock += copied.length;
    }
  }
  return {
    position: Y.createRelativePositionFromTypeIndex(copy.type, copy.index, -1),
    moved,
    typed,
  };
}

/** The only place with this text among the texts that a transaction has written. */
function findCopy(transaction: Y.Transaction, before: string, after: string) {
  const texts = readTexts(writtenTexts(transaction));
  const found = before.length + after.length > 1
    ? findCopies({ before, after }, texts)
    // A single character may be anywhere: accept it only as the whole text of a line.
    : [...texts].filter(([, text]) => text === before + after)
      .map(([type]) => ({ type, index: before.length }));
  return found.length === 1 ? found[0] : null;
}

function itemAt(doc: Y.Doc, { item: id, type }: Y.RelativePosition) {
  const found: unknown = (id ?? type) && Y.getItem(doc.store, (id ?? type) as Y.ID);
  if (!(found instanceof Y.Item)) return null;
  const text = id ? found.parent : typeIn(found);
  if (!(text instanceof Y.XmlText)) return null;
  return id
    ? { text, item: found, offset: id.clock - found.id.clock + 1 }
    : { text, item: null, offset: 0 };
}

function isRecent({ id, length, deleted, content }: Y.Item, own: number, clock: number): boolean {
  return !deleted && id.client === own && id.clock + length > clock &&
    content instanceof Y.ContentString;
}

function charactersOf({ id, content }: Y.Item, from: number, to?: number) {
  const text = content instanceof Y.ContentString ? content.str.slice(from, to) : '';
  return { client: id.client, clock: id.clock + (text ? from : 0), length: text.length, text };
}

function joined(parts: readonly (IdRange & { readonly text: string })[]): Characters {
  return { text: parts.map(({ text }) => text).join(''), ranges: parts };
}
