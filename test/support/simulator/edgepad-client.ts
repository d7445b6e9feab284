import * as Y from 'yjs';
import { applyAwarenessUpdate } from 'y-protocols/awareness';
import { encodeAwareness } from '../../../protocol/awareness.ts';
import { decodeMessages, emptyUpdate, type Message } from '../../../protocol/messages.ts';
import * as invariants from './invariants.ts';
import { contentsOf, type UpdateContents } from './reference-model.ts';
import { SimulatedClient } from './simulated-client.ts';

/** Speaks `edgepad.v1` as web/provider does, without its timers. */
export class EdgepadClient extends SimulatedClient {
  readonly speaksEdgepad = true;
  /** Where the next connection resumes: this document has everything up to the version. */
  epoch = '';
  version = 0;
  /** The version up to which that was checked. */
  checkedVersion = 0;
  /** Updates sent on this connection and not answered; `isWhole` for those that answer a sync step 1. */
  #unanswered: { readonly contents: UpdateContents; readonly isWhole: boolean }[] = [];
  #batch: Uint8Array[] = [];
  #isHandshakeDone = false;
  #isDirty = false;

  get isSynced(): boolean {
    return this.#isHandshakeDone && this.#unanswered.length === 0 && this.#batch.length === 0;
  }

  received(frame: Uint8Array): void {
    this.doc.transact(() => {
      for (const message of decodeMessages(frame)) this.#handle(message);
    }, this);
    if (this.#isHandshakeDone) {
      invariants.checkVersion(this.service.reference, this);
      this.checkedVersion = this.version;
    }
    if (this.isSynced) this.#isDirty = false;
  }

  tick(): void {
    this.#flush();
  }

  repeat(): void {
    const frame = this.socket?.toRoom.at(-1);
    const [message] = frame ? decodeMessages(frame) : [];
    if (message?.type === 'update' || message?.type === 'sync-step-2') this.#sendUpdate(message);
  }

  protected opened(): void {
    this.send({
      type: 'resume',
      epoch: this.epoch,
      version: this.version,
      stateVector: Y.encodeStateVector(this.doc),
      schema: 0,
    });
    this.#renew();
  }

  protected closed(): void {
    this.#isHandshakeDone = false;
    this.#unanswered = [];
    this.#batch = [];
    this.#forget(() => true);
  }

  protected reloaded(keeps: boolean): void {
    this.#isDirty = keeps;
    this.checkedVersion = 0;
    if (!keeps) {
      this.epoch = '';
      this.version = 0;
    }
  }

  protected updated(update: Uint8Array): void {
    this.#isDirty = true;
    if (!this.#isHandshakeDone) return;
    this.#batch.push(update);
    // Some updates are sent at once, others in a batch.
    if (update.length % 3 > 0) this.#flush();
  }

  protected presenceChanged({ added, updated, removed }: Record<string, number[]>): void {
    const client = this.doc.clientID;
    if (![added, updated, removed].some((ids) => ids?.includes(client))) return;
    const clock = this.awareness.meta.get(client)?.clock ?? 0;
    const state = this.awareness.getLocalState();
    const entry = { client, clock, state: state && JSON.stringify(state) };
    this.send({ type: 'awareness', update: encodeAwareness([entry]) });
  }

  #handle(message: Message): void {
    switch (message.type) {
      case 'welcome':
        // A new document lacks what the old one had acknowledged.
        if (this.epoch !== message.epoch) {
          this.#isDirty = true;
          this.checkedVersion = 0;
        }
        this.epoch = message.epoch;
        this.version = message.version;
        return;
      case 'update':
      case 'sync-step-2':
        Y.applyUpdate(this.doc, message.update, this);
        return;
      case 'sync-step-1':
        this.#isHandshakeDone = true;
        this.#batch = [];
        this.#sendUpdate({
          type: 'sync-step-2',
          update: this.#isDirty
            ? Y.encodeStateAsUpdate(this.doc, message.stateVector)
            : emptyUpdate,
        });
        return;
      case 'saved':
        if (this.#isHandshakeDone) this.version = message.version;
        invariants.checkAcknowledged(
          this.service.reference,
          this.#unanswered.splice(0, message.count).map(({ contents }) => contents),
          message.count,
        );
        return;
      case 'unsaved':
        invariants.checkAnswered(this.#unanswered.splice(0, 1).length);
        this.#isDirty = true;
        // Unless a full answer is in flight, the service asks again. Until then nothing counts as saved.
        if (!this.#unanswered.some(({ isWhole }) => isWhole)) this.#isHandshakeDone = false;
        return;
      case 'awareness':
        applyAwarenessUpdate(this.awareness, message.update, this);
        this.#forget((id) => !this.awareness.states.has(id));
        return;
      case 'query-awareness':
        this.#renew();
        return;
      default:
        return;
    }
  }

  /** Forgets the clocks of others, so that returning clients are accepted with any clock. */
  #forget(isRemoved: (client: number) => boolean): void {
    for (const id of this.awareness.meta.keys()) {
      if (id !== this.doc.clientID && isRemoved(id)) this.awareness.meta.delete(id);
    }
  }

  #flush(): void {
    const [first, ...rest] = this.#batch;
    if (!first) return;
    const update = rest.length === 0 ? first : Y.mergeUpdates(this.#batch);
    this.#batch = [];
    this.#sendUpdate({ type: 'update', update });
  }

  #sendUpdate(message: Message & { readonly update: Uint8Array }): void {
    const isWhole = message.type === 'sync-step-2';
    this.#unanswered.push({ contents: contentsOf(message.update), isWhole });
    this.send(message);
  }

  #renew(): void {
    const state = this.awareness.getLocalState();
    if (state !== null) this.awareness.setLocalState(state);
  }
}
