import * as Y from 'yjs';
import { applyAwarenessUpdate } from 'y-protocols/awareness';
import { encodeAwareness } from '../../../protocol/awareness.ts';
import {
  decodeMessages,
  emptyUpdate,
  type Message,
  type UnsavedReason,
} from '../../../protocol/messages.ts';
import * as lazySync from '../../../web/provider/sync/lazy-sync.ts';
import {
  initialResumePoint,
  type ResumePoint,
  SyncState,
} from '../../../web/provider/sync/sync-state.ts';
import { visibleContent } from './contents.ts';
import * as invariants from './invariants.ts';
import { SimulatedClient } from './simulated-client.ts';
import { ensure } from './violation.ts';

/** How often a hidden page pings, in milliseconds: browsers run its timers once a minute. */
const pingInterval = 60_000;

/** Speaks `edgepad.v1` as web/provider does, without its timers. */
export class EdgepadClient extends SimulatedClient {
  readonly speaksEdgepad = true;
  /** The state of the provider; it outlives connections. */
  #state = new SyncState({ schema: 0, hasUnsaved: true });
  /** The version up to which that was checked. */
  checkedVersion = 0;
  /** Updates sent on this connection and not answered; `isWhole` for those that answer a sync step 1. */
  #unanswered: { readonly update: Uint8Array; readonly isWhole: boolean }[] = [];
  #batch: Uint8Array[] = [];
  #isHandshakeDone = false;
  #isIncomplete = false;
  #wasForked = false;
  #wasCompared = false;
  #pingedAt = -Infinity;

  /** This document has everything up to this version. */
  get version(): number {
    return this.#state.resumePoint.version;
  }

  get isSynced(): boolean {
    return this.#isHandshakeDone && this.#unanswered.length === 0 && this.#batch.length === 0;
  }

  override connect(): void {
    if (!this.socket) this.#moveForks();
    super.connect();
  }

  received(frame: Uint8Array): void {
    const messages = decodeMessages(frame);
    const updates = messages.flatMap((message) => isUpdate(message) ? [message.update] : []);
    if (this.#state.isForked(this.doc, updates)) return this.cut();
    this.doc.transact(() => {
      for (const message of messages) if (this.socket) this.#handle(message);
    }, this);
    if (this.#isHandshakeDone) {
      invariants.checkVersion(this.service.reference, this);
      this.checkedVersion = this.version;
    }
    if (this.isSynced) this.#state.markSaved();
  }

  tick(): void {
    this.#flush();
    const { clock } = this.service;
    if (!this.socket || clock.elapsed - this.#pingedAt < pingInterval) return;
    this.#pingedAt = clock.elapsed;
    // The platform answers it without waking the room.
    this.socket.lastSeenAt = clock.now;
  }

  repeat(): void {
    const frame = this.socket?.toRoom.at(-1);
    const [message] = frame ? decodeMessages(frame) : [];
    if (message && isUpdate(message)) this.#sendUpdate(message);
  }

  protected opened(): void {
    this.#resumeAt(this.#state.resumePoint);
    this.#renew();
  }

  /** Moves what a member has forged others of. When that does not help, the page stops. */
  #moveForks(): void {
    this.#state.code = lazySync;
    const before = visibleContent(this.doc);
    const refusal = lazySync.moveForks(this.#state, this.awareness, null);
    ensure(visibleContent(this.doc) === before, 'I2', () => `${this.name} loses text by a fork`);
    this.forgetUndo();
    if (refusal) this.#state = new SyncState({ schema: 0, hasUnsaved: true });
  }

  #resumeAt({ epoch, version }: ResumePoint): void {
    const stateVector = this.#state.claimedStateVector(this.doc);
    this.send({ type: 'resume', epoch, version, stateVector, schema: 0 });
  }

  #exchangeFully(): void {
    this.#state.markUnsaved();
    this.#isHandshakeDone = false;
    this.#resumeAt(initialResumePoint);
  }

  protected closed(): void {
    this.#isHandshakeDone =
      this.#isIncomplete =
      this.#wasForked =
      this.#wasCompared =
        false;
    this.#unanswered = [];
    this.#batch = [];
    this.#forget(() => true);
  }

  protected reloaded(keeps: boolean): void {
    const { resumePoint } = this.#state;
    this.#state = new SyncState({ schema: 0, hasUnsaved: keeps });
    if (keeps) this.#state.restore(resumePoint, true);
    this.checkedVersion = 0;
  }

  protected updated(update: Uint8Array): void {
    this.#state.addLocalChange();
    if (!this.#isHandshakeDone) return;
    this.#batch.push(update);
    // Some updates are sent at once, others in a batch.
    if (update.length % 3 > 0) this.#flush();
  }

  protected presenceChanged({ added, updated, removed }: Record<string, number[]>): void {
    const client = this.awareness.clientID;
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
        this.#isIncomplete = this.#state.welcome(message);
        if (this.#isIncomplete) this.checkedVersion = 0;
        this.#wasCompared = this.#wasForked;
        return;
      case 'update':
      case 'sync-step-2':
        Y.applyUpdate(this.doc, message.update, this);
        return;
      case 'sync-step-1':
        return this.#completeExchange(message.stateVector);
      case 'saved':
        if (this.#isHandshakeDone) {
          this.#state.resumePoint = { ...this.#state.resumePoint, version: message.version };
        }
        invariants.checkAcknowledged(
          this.service.reference,
          this.#unanswered.splice(0, message.count).map(({ update }) => update),
          message.count,
        );
        return;
      case 'unsaved':
        return this.#rejected(message.reason);
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

  #completeExchange(stateVector: Uint8Array): void {
    this.#isHandshakeDone = true;
    this.#batch = [];
    if (this.#isIncomplete) {
      this.#isIncomplete = false;
      invariants.checkVersion(this.service.reference, this);
      this.#sendUpdate({ type: 'sync-step-2', update: emptyUpdate });
      return this.#exchangeFully();
    }
    if (this.#wasCompared) {
      this.#state.rejectedAt = stateVector;
      return this.cut();
    }
    const update = this.#state.hasUnsaved
      ? Y.encodeStateAsUpdate(this.doc, stateVector)
      : emptyUpdate;
    this.#sendUpdate({ type: 'sync-step-2', update });
  }

  #rejected(reason: UnsavedReason): void {
    invariants.checkAnswered(this.#unanswered.splice(0, 1).length);
    this.#state.markUnsaved();
    if (reason === 'forked') {
      if (!this.#wasForked) this.#exchangeFully();
      this.#wasForked = true;
    } else if (!this.#unanswered.some(({ isWhole }) => isWhole)) {
      // Unless a full answer is in flight, the service asks again. Until then nothing counts as saved.
      this.#isHandshakeDone = false;
    }
  }

  /** Forgets the clocks of others, so that returning clients are accepted with any clock. */
  #forget(isRemoved: (client: number) => boolean): void {
    for (const id of this.awareness.meta.keys()) {
      if (id !== this.awareness.clientID && isRemoved(id)) this.awareness.meta.delete(id);
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
    this.#unanswered.push({ update: message.update, isWhole });
    this.send(message);
  }

  #renew(): void {
    const state = this.awareness.getLocalState();
    if (state !== null) this.awareness.setLocalState(state);
  }
}

function isUpdate(message: Message): message is Message & { type: 'update' | 'sync-step-2' } {
  return message.type === 'update' || message.type === 'sync-step-2';
}
