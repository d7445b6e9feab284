import * as Y from 'yjs';
import type { Binding, LocalEdit } from './binding.ts';
import type { ContentWriter, TextPlace } from '../content/content-writer.ts';
import type { EditRecord } from '../content/edit-record.ts';
import { type IdRange, isEqual, isLive, itemEndingWith, itemsIn } from '../content/item-edits.ts';
import { liveItems, typeIn } from '../content/line-runs.ts';
import type { RelativeSelection } from './selection-tracker.ts';

/** Edits that follow each other within this time are one step, in milliseconds. */
const captureTimeout = 500;

interface UndoStep {
  readonly records: EditRecord[];
  readonly before: RelativeSelection;
  after: RelativeSelection;
}

/**
 * Undo and redo of this editor's edits. docs/EDITOR.md describes the model. Undo writes ordinary
 * edits: what `Y.UndoManager` restores may have another order in the other clients.
 */
export class UndoManager {
  readonly #binding: Binding;
  readonly #now: () => number;
  #undoSteps: UndoStep[] = [];
  #redoSteps: UndoStep[] = [];
  #lastEdit = -Infinity;
  #timeout = captureTimeout;

  constructor(binding: Binding, now: () => number = () => performance.now()) {
    this.#binding = binding;
    this.#now = now;
  }

  get canUndo(): boolean {
    return this.#undoSteps.length > 0;
  }

  get canRedo(): boolean {
    return this.#redoSteps.length > 0;
  }

  /** Ends the current step. The next edit begins a new one. */
  endStep(): void {
    this.#lastEdit = -Infinity;
  }

  /** Forgets all steps. */
  clear(): void {
    this.endStep();
    this.#undoSteps = [];
    this.#redoSteps = [];
  }

  /** Makes all edits of `work` one step. */
  asOneStep(work: () => void): void {
    this.endStep();
    this.#timeout = Infinity;
    try {
      work();
    } finally {
      this.#timeout = captureTimeout;
      this.endStep();
    }
  }

  add({ records, before, after }: LocalEdit): void {
    if (records.length === 0) return;
    const last = this.#undoSteps.at(-1);
    const now = this.#now();
    if (last && now - this.#lastEdit < this.#timeout) {
      for (const record of records) last.records.push(record);
      last.after = after;
    } else {
      this.#undoSteps.push({ records: [...records], before, after });
    }
    this.#lastEdit = now;
    this.#redoSteps = [];
  }

  /** Undoes the last step. Returns the selection from before it; null if it changes nothing. */
  undo(): RelativeSelection | null {
    return this.#revertLast(this.#undoSteps, this.#redoSteps)?.before ?? null;
  }

  /** Redoes the step that was undone last. Returns the selection from after it. */
  redo(): RelativeSelection | null {
    return this.#revertLast(this.#redoSteps, this.#undoSteps)?.after ?? null;
  }

  /**
   * Reverts the last step. Others may have deleted all that it changed: then the step is dropped, with
   * those before it that change nothing either, and nothing else is reverted. The user would not
   * expect an edit elsewhere to be undone.
   */
  #revertLast(steps: UndoStep[], others: UndoStep[]): UndoStep | null {
    this.endStep();
    const step = steps.pop();
    if (!step) return null;
    let records: EditRecord[] = [];
    this.#binding.change((writer) => {
      for (const record of step.records.toReversed()) this.#revert(writer, record);
      ({ records } = writer);
      if (records.length > 0) return;
      for (let last = steps.at(-1); last; last = steps.at(-1)) {
        if (last.records.some((record) => this.#isRevertible(writer, record))) break;
        steps.pop();
      }
    });
    if (records.length === 0) return null;
    const { before, after } = step;
    others.push({ records, before, after });
    return {
      records,
      before: this.#currentSelection(before),
      after: this.#currentSelection(after),
    };
  }

  #revert(writer: ContentWriter, record: EditRecord): void {
    const { transaction } = writer;
    switch (record.type) {
      case 'insert':
        for (const { id, length } of this.#liveItems(transaction, record.range)) {
          writer.delete({ ...id, length });
        }
        break;
      case 'insert-element':
        this.#deleteInserted(writer, record.range);
        break;
      case 'delete-text': {
        const { part } = record;
        for (const { place, from, to } of this.#textPlaces(transaction, record)) {
          const text = part.text.slice(from, to);
          const { left } = writer.insertText(place, text, part.formats);
          const range = { client: part.client, clock: part.clock + from, length: to - from };
          if (left) this.#binding.copies.add(range, left.id);
        }
        break;
      }
      case 'delete-element': {
        const place = this.#elementPlace(transaction, record);
        if (!place) break;
        writer.insertElement(place.parent, place.left, record.copy, (range, to) => {
          this.#binding.copies.add(range, to);
        });
        break;
      }
      case 'attribute': {
        const element = this.#liveType(transaction, record.element);
        if (!(element instanceof Y.XmlElement)) break;
        if (!isEqual(element.getAttribute(record.key), record.after)) break;
        writer.setAttribute(element, record.key, record.before);
        break;
      }
      case 'format':
        for (const range of this.#binding.copies.versionsOf(record.range)) {
          writer.format(
            range,
            record.key,
            record.before,
            (current) => isEqual(current, record.after),
          );
        }
    }
  }

  /** Whether reverting a record would change something. */
  #isRevertible({ transaction }: ContentWriter, record: EditRecord): boolean {
    switch (record.type) {
      case 'insert':
      case 'insert-element':
      case 'format':
        return this.#liveItems(transaction, record.range).length > 0;
      case 'attribute':
        return this.#liveType(transaction, record.element) !== null;
      case 'delete-element':
        return this.#elementPlace(transaction, record) !== null;
      case 'delete-text':
        return this.#textPlaces(transaction, record).length > 0;
    }
  }

  /**
   * Deletes an element that this editor has inserted. Of a line that has other content by now, deletes
   * only what was inserted with it.
   */
  #deleteInserted(writer: ContentWriter, range: IdRange): void {
    const inserted = [...this.#binding.copies.versionsOf(range)];
    const isInserted = ({ id: { client, clock } }: Y.Item) =>
      inserted.some((ids) =>
        ids.client === client && ids.clock <= clock && clock < ids.clock + ids.length
      );
    for (const item of this.#liveItems(writer.transaction, { ...range, length: 1 })) {
      const element = typeIn(item);
      const content = element instanceof Y.XmlElement
        ? [...liveItems(element)].flatMap((child) => {
          const text = typeIn(child);
          return text instanceof Y.XmlText ? [...liveItems(text)] : [child];
        }).filter(({ countable }) => countable)
        : [];
      const isUnchanged = content.every(isInserted);
      for (const { id, length } of isUnchanged ? [item] : content.filter(isInserted)) {
        writer.delete({ ...id, length });
      }
    }
  }

  #liveItems(transaction: Y.Transaction, range: IdRange): Y.Item[] {
    return [...this.#binding.copies.versionsOf(range)]
      .flatMap((version) => [...itemsIn(transaction, version)]).filter(isLive);
  }

  /** The visible type with this id, or its visible copy. */
  #liveType(transaction: Y.Transaction, id: Y.ID): unknown {
    const item = this.#liveItems(transaction, { ...id, length: 1 })[0];
    return item ? typeIn(item) : null;
  }

  /**
   * The places of the parts of a deleted text: beside the deleted characters. If these are gone with
   * their line, all of it belongs to the right of the character before it, in a copy of the line. None
   * if the text is there already, because another client has copied it.
   */
  #textPlaces(
    transaction: Y.Transaction,
    { part, place }: EditRecord & { type: 'delete-text' },
  ): { readonly place: TextPlace; readonly from: number; readonly to: number }[] {
    if (this.#liveItems(transaction, part).length > 0) return [];
    const items = [...itemsIn(transaction, part)];
    const text = items[0]?.parent;
    if (text instanceof Y.XmlText && isLive(text._item)) {
      return items.map((left) => {
        const from = left.id.clock - part.clock;
        return { place: { text, left }, from, to: from + left.length };
      });
    }
    const copy = place.parent && this.#liveType(transaction, place.parent);
    if (!(copy instanceof Y.XmlText)) return [];
    const left = this.#siblingIn(transaction, copy, place.left);
    return [{ place: { text: copy, left }, from: 0, to: part.text.length }];
  }

  /** The place of a deleted block or line break: beside it, or in a copy of its line. */
  #elementPlace(
    transaction: Y.Transaction,
    { copy, place }: EditRecord & { type: 'delete-element' },
  ): { readonly parent: Y.XmlFragment | Y.XmlElement; readonly left: Y.Item | null } | null {
    const { content } = this.#binding;
    const left = itemEndingWith(transaction, copy.id);
    if (!place.parent) return { parent: content, left };
    const line = left?.parent;
    if (line instanceof Y.XmlElement && isLive(line._item)) return { parent: line, left };
    const parent = this.#liveType(transaction, place.parent);
    if (!(parent instanceof Y.XmlElement)) return null;
    return { parent, left: this.#siblingIn(transaction, parent, place.left) };
  }

  /** The copy of an item in this parent. */
  #siblingIn(transaction: Y.Transaction, parent: object, id: Y.ID | null): Y.Item | null {
    if (!id) return null;
    for (const { client, clock } of this.#binding.copies.versionsOf({ ...id, length: 1 })) {
      const item = itemEndingWith(transaction, Y.createID(client, clock));
      if (item && Object.is(item.parent, parent)) return item;
    }
    return null;
  }

  /** The same selection in the copies of its lines. */
  #currentSelection({ type, anchor, head }: RelativeSelection): RelativeSelection {
    return { type, anchor: this.#currentPosition(anchor), head: this.#currentPosition(head) };
  }

  #currentPosition(position: Y.RelativePosition): Y.RelativePosition {
    const { item, type, assoc } = position;
    const id = item ?? type;
    if (!id) return position;
    const { store } = this.#binding.doc;
    const versions = [...this.#binding.copies.versionsOf({ ...id, length: 1 })].toReversed()
      .map(({ client, clock }) => Y.createID(client, clock));
    const find = (isUsable: (item: Y.Item) => boolean) =>
      versions.find((version) => {
        const found: unknown = Y.getItem(store, version);
        return found instanceof Y.Item && isUsable(found);
      });
    const current = find(isLive) ?? find(({ parent }) => isLive((parent as Y.XmlText)._item));
    if (!current) return position;
    return new Y.RelativePosition(item ? null : current, null, item && current, assoc);
  }
}
