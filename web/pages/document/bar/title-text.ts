import * as Y from 'yjs';
import {
  charactersOf,
  hasMergedTitle,
  maxTitleLength,
  mergedTitleKey,
  shortTitle,
  titleItems,
  titleKey,
} from '../../../../protocol/text/title.ts';
import {
  deleteItem,
  type IdRange,
  insertItem,
  itemEndingWith,
  itemsIn,
} from '../../../editor/content/item-edits.ts';
import { titleOf } from './title.ts';
import { titleStart } from './title-start.ts';

/** A character of the title; without an id, when the title was written as a string. */
interface Character {
  readonly unit: string;
  readonly id: Y.ID | null;
}

/** A deleted part of the title. */
interface DeletedText {
  readonly range: IdRange;
  readonly text: string;
}

interface UndoStep {
  readonly inserted: IdRange[];
  readonly deleted: DeletedText[];
}

/** Edits that follow each other within this time are one step, in milliseconds. */
const captureTimeout = 500;
const maxSteps = 100;

/**
 * The title as its user sees it, and their edits of it. What others write enters it with
 * {@link refresh}, so that an input method can finish first. protocol/text/title.ts describes what is stored.
 */
export class TitleText {
  readonly #meta: Y.Map<unknown>;
  readonly #now: () => number;
  #characters: readonly Character[] = [];
  #undoSteps: UndoStep[] = [];
  #redoSteps: UndoStep[] = [];
  #lastEdit = -Infinity;

  constructor(meta: Y.Map<unknown>, now: () => number = () => performance.now()) {
    this.#meta = meta;
    this.#now = now;
    this.refresh();
  }

  get text(): string {
    return this.#characters.map(({ unit }) => unit).join('');
  }

  /** Takes over what others have written. Returns where an offset in the text is now. */
  refresh(): (offset: number) => number {
    const before = this.#characters;
    this.#characters = this.#read();
    const offsets = new Map(this.#characters.map(({ id }, index) => [keyOf(id), index + 1]));
    return (offset) => {
      if ([...before, ...this.#characters].some(({ id }) => id === null)) {
        return Math.min(offset, this.#characters.length);
      }
      for (let at = offset; at > 0; at--) {
        const found = offsets.get(keyOf(before[at - 1]?.id ?? null));
        if (found !== undefined) return found;
      }
      return 0;
    };
  }

  /** Writes the difference between {@link text} and this text, which is cut off if it is too long. */
  write(text: string): void {
    const { from, to, inserted } = difference(this.text, shortTitle(text));
    if (from === to && inserted === '') return;
    const step: UndoStep = { inserted: [], deleted: [] };
    this.#change((transaction) => {
      for (const range of rangesOf(this.#characters.slice(from, to))) {
        this.#delete(transaction, range, step);
      }
      const left = this.#characters[from - 1]?.id ?? null;
      const range = this.#insert(transaction, left, inserted, step);
      const added = Array.from(inserted.split(''), (unit, index): Character => {
        return { unit, id: range && Y.createID(range.client, range.clock + index) };
      });
      this.#characters = this.#characters.toSpliced(from, to - from, ...added);
    });
    this.#addStep(step);
  }

  /** Undoes the user's last edit. Returns the offset behind what changed; null if nothing did. */
  undo(): number | null {
    return this.#revertLast(this.#undoSteps, this.#redoSteps);
  }

  /** Redoes the edit that {@link undo} undid last. */
  redo(): number | null {
    return this.#revertLast(this.#redoSteps, this.#undoSteps);
  }

  #addStep(step: UndoStep): void {
    const last = this.#undoSteps.at(-1);
    const now = this.#now();
    if (last && now - this.#lastEdit < captureTimeout) {
      last.inserted.push(...step.inserted);
      last.deleted.push(...step.deleted);
    } else {
      this.#undoSteps.push(step);
      if (this.#undoSteps.length > maxSteps) this.#undoSteps.shift();
    }
    this.#lastEdit = now;
    this.#redoSteps = [];
  }

  #revertLast(steps: UndoStep[], others: UndoStep[]): number | null {
    this.#lastEdit = -Infinity;
    const step = steps.pop();
    if (!step) return null;
    const reverse: UndoStep = { inserted: [], deleted: [] };
    this.#change((transaction) => {
      for (const range of step.inserted) this.#delete(transaction, range, reverse);
      for (const { range, text } of step.deleted) {
        const isOwn = step.inserted.some(({ client, clock, length }) =>
          client === range.client && clock <= range.clock && range.clock < clock + length
        );
        // What this step itself has inserted and deleted does not return.
        if (isOwn) continue;
        const last = Y.createID(range.client, range.clock + range.length - 1);
        this.#insert(transaction, last, text, reverse);
      }
    });
    others.push(reverse);
    this.refresh();
    return this.#offsetBehind(reverse);
  }

  #offsetBehind({ inserted, deleted }: UndoStep): number {
    const ends = new Set(
      inserted.map(({ client, clock, length }) => keyOf(Y.createID(client, clock + length - 1))),
    );
    const last = this.#characters.findLastIndex(({ id }) => ends.has(keyOf(id)));
    if (last >= 0 || deleted.length === 0) return last + 1;
    // The place of the first deleted part is behind what is left of it.
    const first = deleted[0]!.range;
    const left = new Set<string>();
    for (let item = this.#meta._start; item; item = item.right) {
      if (item.id.client === first.client && item.id.clock === first.clock) break;
      if (!item.deleted) left.add(keyOf(item.lastId));
    }
    return this.#characters.findLastIndex(({ id }) => left.has(keyOf(id))) + 1;
  }

  #change(edit: (transaction: Y.Transaction) => void): void {
    const { doc } = this.#meta;
    if (!doc) return;
    doc.transact((transaction) => {
      if (!hasMergedTitle(this.#meta)) this.#makeMergeable(transaction);
      edit(transaction);
      const title = shortTitle(charactersOf(this.#meta));
      this.#meta.set(titleKey, title);
      this.#meta.set(mergedTitleKey, title);
    });
  }

  /** Stores the characters of a title that was written as a string. */
  #makeMergeable(transaction: Y.Transaction): void {
    const start = titleStart(this.#meta);
    for (const item of [...titleItems(this.#meta)]) deleteItem(transaction, item);
    if (start) Y.applyUpdate(transaction.doc, start);
    const characters = this.#charactersInMeta();
    // Otherwise the user has composed text since the title was written.
    if (characters.map(({ unit }) => unit).join('') === this.text) this.#characters = characters;
  }

  #insert(
    transaction: Y.Transaction,
    left: Y.ID | null,
    text: string,
    step: UndoStep,
  ): IdRange | null {
    if (text === '') return null;
    const leftItem = left && itemEndingWith(transaction, left);
    const content = new Y.ContentString(text);
    const { id } = insertItem(transaction, this.#meta, leftItem, content);
    const range = { client: id.client, clock: id.clock, length: text.length };
    step.inserted.push(range);
    return range;
  }

  #delete(transaction: Y.Transaction, range: IdRange, step: UndoStep): void {
    for (const item of [...itemsIn(transaction, range)]) {
      if (item.deleted || !(item.content instanceof Y.ContentString)) continue;
      const { id: { client, clock }, length, content: { str } } = item;
      step.deleted.push({ range: { client, clock, length }, text: str });
      deleteItem(transaction, item);
    }
  }

  #read(): readonly Character[] {
    const title = titleOf(this.#meta);
    const characters = hasMergedTitle(this.#meta) ? this.#charactersInMeta() : [];
    if (characters.length > 0) return characters;
    return title.replace(/[\r\n]/g, '').split('').map((unit) => ({ unit, id: null }));
  }

  /** Without line breaks, which a field of one line cannot show. */
  #charactersInMeta(): Character[] {
    const characters: Character[] = [];
    for (const { id: { client, clock }, content: { str } } of titleItems(this.#meta)) {
      for (let index = 0; index < str.length; index++) {
        const unit = str[index]!;
        if (unit === '\n' || unit === '\r') continue;
        characters.push({ unit, id: Y.createID(client, clock + index) });
        if (characters.length > maxTitleLength) break;
      }
      if (characters.length > maxTitleLength) break;
    }
    const text = characters.map(({ unit }) => unit).join('');
    return characters.slice(0, shortTitle(text).length);
  }
}

/** The ids of characters. Yjs replaces a surrogate pair that is split by an id. */
function rangesOf(characters: readonly Character[]): IdRange[] {
  const ranges: (IdRange & { length: number })[] = [];
  for (const { id } of characters) {
    if (!id) continue;
    const last = ranges.at(-1);
    if (last?.client === id.client && last.clock + last.length === id.clock) last.length += 1;
    else ranges.push({ ...id, length: 1 });
  }
  return ranges;
}

function keyOf(id: Y.ID | null): string {
  return id ? `${id.client}:${id.clock}` : '';
}

/** The shortest replacement that makes one text the other, without parts of a surrogate pair. */
function difference(
  before: string,
  after: string,
): { readonly from: number; readonly to: number; readonly inserted: string } {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  if (isInPair(before, start) || isInPair(after, start)) start--;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  if (isInPair(before, before.length - end) || isInPair(after, after.length - end)) end--;
  return { from: start, to: before.length - end, inserted: after.slice(start, after.length - end) };
}

/** Whether an offset is between the two units of a character. */
function isInPair(text: string, offset: number): boolean {
  return /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text.slice(Math.max(offset - 1, 0), offset + 1));
}
