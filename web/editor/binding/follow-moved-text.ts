import * as Y from 'yjs';
import type { ContentWriter } from '../content/content-writer.ts';
import type { CopiedIds } from '../content/edit-record.ts';
import { relativeTo } from './caret-position.ts';
import { findDuplicates, type Split } from '../content/find-duplicates.ts';
import { findMovedText, type MovedText } from './find-moved-text.ts';
import type { RecentText } from './recent-text.ts';
import type { SelectionTracker } from './selection-tracker.ts';

/** The part of the binding that follows moved text. */
interface FollowingBinding {
  readonly doc: Y.Doc;
  readonly selections: SelectionTracker;
  readonly copies: CopiedIds;
  readonly recent: RecentText;
  readonly splits: readonly Split[];
  followCopies(): void;
  change(work: (writer: ContentWriter) => void): void;
}

/** Of more runs, the first ones are moved. Each is sought in what a transaction has written. */
const maxRuns = 100;

/**
 * Follows another client that has split, joined or moved lines: moves the caret to the copy of its text,
 * and also what this editor has typed beside text that was moved, if the other client had not seen it.
 */
export function followMovedText(binding: FollowingBinding, transaction: Y.Transaction): void {
  const { selections, copies, doc } = binding;
  const since = binding.recent.since(doc.clientID);
  const { caret } = selections;
  const atCaret = caret && findMovedText(transaction, caret, since);
  if (atCaret && atCaret.typed.length === 0) selections.setCaret(atCaret.position);
  const runs = transaction.deleteSet.clients.size === 0
    ? []
    : unseenRuns(transaction, since).flatMap((position) =>
      findMovedText(transaction, position, since) ?? []
    );
  for (const { moved } of [...atCaret ? [atCaret] : [], ...runs]) {
    for (const { from, to } of moved) copies.add(from, to);
  }
  binding.followCopies();
  const typed = runs.filter((run) => run.typed.length > 0);
  const duplicates = findDuplicates(binding.splits, transaction);
  if (typed.length === 0 && duplicates.length === 0) return;
  // Observers may change the document only once all of them have run.
  doc.once('afterAllTransactions', () => {
    binding.change((writer) => {
      for (const run of typed) moveRun(run);
      for (const duplicate of duplicates) {
        for (const range of duplicate.ranges) writer.delete(range);
        for (const { from, to } of duplicate.copies) copies.add(from, to);
      }
      binding.followCopies();
      selections.followCopies(copies);

      function moveRun({ position, typed }: MovedText): void {
        let place = position.item && writer.placeAfter(position.item);
        for (const range of typed) {
          if (!place) return;
          place = writer.moveText(range, place, (from, to) => copies.add(from, to));
        }
      }
    });
  });
}

/** The ends of the text that others may not have seen. */
function unseenRuns({ doc }: Y.Transaction, since: number): Y.RelativePosition[] {
  const structs = doc.store.clients.get(doc.clientID);
  if (!structs || since >= Y.getState(doc.store, doc.clientID)) return [];
  const isUnseen = (item: Y.Item | null) =>
    item !== null && !item.deleted && item.content instanceof Y.ContentString &&
    item.id.client === doc.clientID && item.id.clock + item.length > since;
  const ends: Y.RelativePosition[] = [];
  for (let at = Y.findIndexSS(structs, since); at < structs.length; at++) {
    const item = structs[at];
    if (ends.length >= maxRuns) break;
    if (!(item instanceof Y.Item) || !isUnseen(item) || isUnseen(item.right)) continue;
    ends.push(relativeTo(item.parent as Y.XmlText, item.lastId));
  }
  return ends;
}

export { endOfOthersTyping } from './end-of-others-typing.ts';
export { rememberSplit } from '../content/find-duplicates.ts';
