import * as Y from 'yjs';
import { moveCaretToRecoveredText } from '../../../web/editor/binding/recovery-caret.ts';
import { LostTextFinder } from '../../../web/provider/recovery/lost-text-finder.ts';
import { exchange, HeadlessEditor } from '../editor/headless-editor.ts';

/** The form in which updates reach the other client: as sent, merged, or as a difference from the service. */
export type UpdateForm = 'as sent' | 'merged' | 'difference';

/**
 * Two editors over a network that the test moves by hand. `b` recovers lost text: updates of `a` reach
 * it as the provider applies them, and `restored` lists what it has re-inserted.
 */
export class RecoveryWorld {
  readonly a: HeadlessEditor;
  readonly b: HeadlessEditor;
  readonly finder: LostTextFinder;
  readonly restored: { type: Y.Text; index: number; length: number; from: Y.Text }[] = [];
  readonly source: { incoming: readonly Uint8Array[] } = { incoming: [] };
  #toA: Uint8Array[] = [];
  #toB: Uint8Array[] = [];

  constructor(text: string, ids: readonly [number, number] = [1, 2]) {
    const [first, second] = [new Y.Doc(), new Y.Doc()];
    [first.clientID, second.clientID] = ids;
    this.a = new HeadlessEditor(first);
    this.a.type(text);
    this.b = new HeadlessEditor(second);
    exchange(first, second);
    first.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'network') this.#toB.push(update);
    });
    second.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'network') this.#toA.push(update);
    });
    const caret = moveCaretToRecoveredText(() => this.b.view);
    this.finder = new LostTextFinder({
      doc: second,
      source: this.source,
      onOrphaned: caret.onOrphaned,
      onRestored: (type, index, length, from) => {
        caret.onRestored(type, index, length, from);
        this.restored.push({ type, index, length, from });
      },
    });
  }

  /** The offered texts, joined. */
  get offered(): string {
    return this.finder.offers.map(({ text }) => text).join('');
  }

  /** Delivers the first `count` updates in each direction, or all. */
  deliver(form: UpdateForm = 'as sent', count = Infinity): void {
    const [toA, toB] = [this.#toA.splice(0, count), this.#toB.splice(0, count)];
    for (const update of toA) Y.applyUpdate(this.a.doc, update, 'network');
    if (toB.length === 0) return;
    if (form === 'as sent') { for (const update of toB) this.#arrive(update); }
    if (form === 'merged') this.#arrive(Y.mergeUpdates(toB));
    if (form === 'difference') {
      // From a service that does not have the text of `b`.
      const service = new Y.Doc();
      Y.applyUpdate(service, Y.mergeUpdates([this.#base, ...toB]));
      this.#arrive(Y.encodeStateAsUpdate(service, Y.encodeStateVector(this.b.doc)));
    }
  }

  /** Delivers all updates, and those that they cause. */
  settle(form: UpdateForm = 'as sent'): void {
    while (this.#toA.length + this.#toB.length > 0) this.deliver(form);
  }

  /** Sets the state that `difference` is computed from. */
  mark(): void {
    this.#base = Y.encodeStateAsUpdate(this.a.doc);
  }

  #base: Uint8Array = new Uint8Array([0, 0]);

  #arrive(update: Uint8Array): void {
    this.source.incoming = [update];
    Y.applyUpdate(this.b.doc, update, 'network');
    this.source.incoming = [];
  }
}
