import type { Node } from 'prosemirror-model';
import { type EditorState, Plugin, PluginKey, type Transaction } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import * as Y from 'yjs';
import { schema } from '../../../protocol/schema.ts';
import { keepUnknownMarks } from '../model/unknown-marks.ts';
import { ContentWriter, type TextPlace } from '../content/content-writer.ts';
import { CopiedIds, type EditRecord } from '../content/edit-record.ts';
import type { FailureGuard } from './failure-guard.ts';
import type { Split } from '../content/find-duplicates.ts';
import { isCaretVisible } from './is-caret-visible.ts';
import type { IdRange } from '../content/item-edits.ts';
import { LineHold } from './line-hold.ts';
import { runsOf, sliceRuns, typeIn } from '../content/line-runs.ts';
import { movedTextChunk } from './moved-text-chunk.ts';
import { readBlock } from '../content/read-block.ts';
import { RecentText } from './recent-text.ts';
import { replaceDocument } from './replace-document.ts';
import { type RelativeSelection, SelectionTracker } from './selection-tracker.ts';
import { copyOf, type ShownLines, StepWriter } from './step-writer.ts';

/** An edit of this editor. */
export interface LocalEdit {
  readonly records: readonly EditRecord[];
  readonly before: RelativeSelection;
  readonly after: RelativeSelection;
}

const bindingKey = new PluginKey<Binding>('edgepad-binding');

/** Returns the binding of an editor's state. */
export function bindingOf(state: EditorState): Binding {
  const binding = bindingKey.getState(state);
  if (!binding) throw new TypeError('Cannot read binding: the state has none');
  return binding;
}

/** Whether a transaction shows changes of Yjs. */
export function isFromYjs(transaction: Transaction): boolean {
  return transaction.getMeta(bindingKey) === true;
}

/** Browsers insert composed text after `compositionend`, and may begin the next composition. */
const releaseDelay = 50;

/** The part of a view that the binding needs. */
type View = Pick<EditorView, 'state' | 'dispatch' | 'hasFocus' | 'composing'>;

/**
 * Keeps a ProseMirror document and the content in Yjs equal. Each child of the content is a block.
 * The binding writes the steps of an edit, and afterwards shows what Yjs contains.
 */
export class Binding implements ShownLines {
  readonly content: Y.XmlFragment;
  readonly doc: Y.Doc;
  readonly selections = new SelectionTracker(this);
  /** The ids of content that was restored or moved. */
  readonly copies = new CopiedIds();
  #elements: Y.XmlElement[] = [];
  readonly #guard: FailureGuard;
  /** The nodes of the elements that have not changed since they were read. */
  readonly #nodes = new WeakMap<object, Node>();
  #view: View | null = null;
  #isWriting = false;
  /** Whether the edit under way is one step, such as a key, not a command. */
  #isTyping = false;
  /** From which clock on others may not have seen the text of this editor, or are typing theirs. */
  readonly recent = new RecentText();
  /** Where this editor has split lines. */
  readonly splits: Split[] = [];
  readonly #isOffline: () => boolean;
  #hold: LineHold | null = null;
  readonly #listeners = new Set<(edit: LocalEdit) => void>();

  /**
   * Create it only if `findUnsupportedContent` returns null: other content throws an exception when
   * it is read.
   */
  constructor(content: Y.XmlFragment, guard: FailureGuard, isOffline = () => false) {
    if (!content.doc) throw new TypeError('Cannot bind content: it is not part of a document');
    keepUnknownMarks();
    this.content = content;
    this.doc = content.doc;
    this.#guard = guard;
    this.#isOffline = isOffline;
  }

  get elements(): Y.XmlElement[] {
    return this.#elements;
  }

  /** Whether the editor is writing to Yjs now. */
  get isWriting(): boolean {
    return this.#isWriting;
  }

  /** Calls `listener` after each edit that can be undone. Returns a function that stops this. */
  onEdit(listener: (edit: LocalEdit) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get plugin(): Plugin<Binding> {
    return new Plugin<Binding>({
      key: bindingKey,
      state: { init: () => this, apply: (_transaction, binding) => binding },
      view: (view) => {
        const show = (_events: unknown, transaction: Y.Transaction) =>
          this.#guard.run(() => this.show(transaction));
        const hold = () => this.#guard.run(() => this.#holdComposition());
        this.#view = view;
        this.track(view.state);
        this.content.observeDeep(show);
        this.doc.on('beforeAllTransactions', hold);
        return {
          update: (_view, before) => {
            const { doc, selection } = view.state;
            if (doc === before.doc && selection.eq(before.selection)) return;
            this.#guard.run(() => this.track(view.state));
          },
          destroy: () => {
            this.#view = null;
            this.content.unobserveDeep(show);
            this.doc.off('beforeAllTransactions', hold);
          },
        };
      },
      props: {
        handleDOMEvents: {
          compositionend: () => {
            setTimeout(() => this.#guard.run(() => this.#release()), releaseDelay);
          },
        },
      },
    });
  }

  track(state: EditorState): void {
    this.selections.track(state);
  }

  /**
   * Reads the content. A document without lines is shown with an empty one: without it, ProseMirror
   * would select everything, and the first key would replace content that arrives later. That line is
   * written to Yjs once the user types in it.
   */
  read(): Node {
    const held = this.#hold?.element;
    const heldNode = held && this.#view?.state.doc.maybeChild(this.#elements.indexOf(held));
    const elements = this.content.toArray() as Y.XmlElement[];
    if (held && heldNode && !elements.includes(held)) {
      let above = held._item?.left ?? null;
      while (above?.deleted) above = above.left;
      const index = above ? elements.indexOf(typeIn(above) as Y.XmlElement) + 1 : 0;
      elements.splice(index, 0, held);
    }
    this.#elements = elements;
    const nodes = elements.map((element) => {
      if (element === held && heldNode) return heldNode;
      const node = this.#nodes.get(element) ?? readBlock(element);
      this.#nodes.set(element, node);
      return node;
    });
    return schema.node('doc', null, nodes.length > 0 ? nodes : [schema.node('paragraph')]);
  }

  /** Shows what a transaction has changed, and keeps the selection at its content. */
  show(transaction: Y.Transaction): void {
    if (!this.#view) return;
    for (const type of transaction.changedParentTypes.keys()) this.#nodes.delete(type);
    if (transaction.origin !== bindingKey) {
      const { beforeState, afterState } = transaction;
      for (const [client, clock] of afterState) {
        const before = beforeState.get(client) ?? 0;
        if (before < clock) this.recent.mark(client, before);
      }
      movedTextChunk.loaded?.followMovedText(this, transaction);
    }
    this.#render(this.#view);
  }

  #render(view: View): void {
    const { state } = view;
    const doc = this.read();
    const transaction = replaceDocument(state, doc);
    if (!transaction) return;
    const { current } = this.selections;
    // The composition is in a line that does not change, and must keep its selection.
    const selection = this.#hold
      ? null
      : current && this.selections.resolve(current, transaction.doc);
    if (selection) transaction.setSelection(selection);
    if (!this.#hold && isCaretVisible(view)) transaction.scrollIntoView();
    view.dispatch(transaction.setMeta(bindingKey, true).setMeta('addToHistory', false));
  }

  /** Writes an edit to Yjs, and updates the view. */
  write(state: EditorState, transactions: readonly Transaction[], updateState: () => void): void {
    const { clientID, store } = this.doc;
    this.recent[this.#isOffline() ? 'keep' : 'mark'](clientID, Y.getState(store, clientID));
    const before = this.selections.current;
    const steps = transactions.flatMap((transaction) => transaction.steps);
    const docs = [...transactions.flatMap((transaction) => transaction.docs), state.doc];
    this.#isTyping = steps.length === 1;
    this.change((writer) => {
      new StepWriter(writer, this).writeAll(steps, docs);
      this.selections.followTyping(writer);
      // Inside the transaction: what Yjs calls at its end reads the view.
      updateState();
      movedTextChunk.loaded?.rememberSplit(this.splits, writer);
      const after = this.selections.current;
      const isUndoable = transactions[0]?.getMeta('addToHistory') !== false;
      if (!isUndoable || !before || !after) return;
      for (const listener of this.#listeners) {
        listener({ records: writer.records, before, after });
      }
    });
  }

  /** Changes the content in one transaction of Yjs. */
  change(work: (writer: ContentWriter) => void): void {
    this.doc.transact((transaction) => {
      this.#isWriting = true;
      try {
        work(new ContentWriter(transaction));
      } finally {
        this.#isWriting = false;
      }
    }, bindingKey);
  }

  /** Follows text of a composition that was moved. */
  followCopies(): void {
    this.#hold?.follow(this.copies);
  }

  #holdComposition(): void {
    const view = this.#view;
    if (!view?.composing || this.#hold) return;
    const element = this.#elements[view.state.selection.$head.index(0)];
    if (element) this.#hold = new LineHold(element);
  }

  /** Shows the line of a composition that has ended. */
  #release(): void {
    const [view, hold] = [this.#view, this.#hold];
    if (!view || !hold || view.composing) return;
    const { doc, selection } = view.state;
    const shown = doc.maybeChild(this.#elements.indexOf(hold.element));
    this.track(view.state);
    this.#hold = null;
    this.#nodes.delete(hold.element);
    this.change((writer) => {
      const text = shown && hold.lostText(writer.transaction, shown);
      if (!text) return;
      // Its line was deleted: it stays in a line of its own.
      const line = shown.type.create(shown.attrs, schema.text(text));
      writer.insertElement(this.content, hold.element._item, copyOf(line));
      if (selection.empty) this.selections.followTyping(writer);
    });
    this.#render(view);
  }

  runsOf(element: Y.XmlElement): readonly IdRange[] {
    return this.#hold?.element === element ? this.#hold.runs : runsOf(element);
  }

  onLineChanged(element: Y.XmlElement, ...change: Parameters<LineHold['replace']>): void {
    if (this.#hold?.element === element) this.#hold.replace(...change);
  }

  isTyping(element: Y.XmlElement, from: number, to: number): boolean {
    const $head = this.#view?.state.selection.$head;
    const last = sliceRuns(this.runsOf(element), to - 1, to)[0];
    if (!this.#isTyping || !$head || last?.client !== this.doc.clientID) return false;
    // Autocorrection changes a word after the space behind it.
    return this.#elements[$head.index(0)] === element && $head.parentOffset >= from &&
      $head.parentOffset <= to + 1;
  }

  caretAt(writer: ContentWriter, element: Y.XmlElement, offset: number): TextPlace | null {
    return this.#hold?.element === element
      ? null
      : this.selections.placeAt(writer, element, offset);
  }
}
