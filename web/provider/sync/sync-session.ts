import * as Y from 'yjs';
import { FrameAssembler, splitFrame } from '../../../protocol/message-parts.ts';
import {
  decodeMessages,
  emptyUpdate,
  encodeMessages,
  type Message,
  type UnsavedReason,
} from '../../../protocol/messages.ts';
import type { Role } from '../../../protocol/roles.ts';
import { ConsistencyCheck } from './consistency-check.ts';
import { Outbox } from './outbox.ts';
import { fullRefusal, type Refusal } from './refusal.ts';
import { forkedError } from './repeated-structs.ts';
import { initialResumePoint, type ResumePoint, type SyncState } from './sync-state.ts';
import { requireValid } from './require-valid.ts';
import { UpdateBatch } from './update-batch.ts';

interface SyncSessionOptions {
  readonly doc: Y.Doc;
  readonly state: SyncState;
  /** The origin of the transactions that apply remote updates. */
  readonly origin: unknown;
  send(frame: Uint8Array): void;
  onAwareness(message: Message & { type: 'awareness' | 'query-awareness' }): void;
  /** How long to collect local updates, in milliseconds. */
  batchWindow(): number;
}

/**
 * The sync protocol on one connection. Knows no socket.
 *
 * A local update: {@link addLocalUpdate} → batch → send → `saved` → {@link SyncState.markSaved}.
 * A remote update: {@link receive} → handle → apply, in one transaction per frame.
 */
export class SyncSession {
  readonly #options: SyncSessionOptions;
  readonly #doc: Y.Doc;
  readonly #state: SyncState;
  readonly #batch: UpdateBatch;
  readonly #outbox = new Outbox((update) => this.#send(update));
  readonly #consistencyCheck: ConsistencyCheck;
  readonly #assembler = new FrameAssembler(Infinity);
  #incoming: readonly Uint8Array[] = [];
  #hasReceived = false;
  #hasExchanged = false;
  /** Whether local updates may be sent. If not, the next sync step 2 carries them. */
  #isSynced = false;
  #refusal: Refusal | null = null;
  /** Whether the exchange has to be repeated, because the service sends less than it has to. */
  #isIncomplete = false;
  /** Whether the service has rejected an update as forked, */
  #wasForked = false;
  /** and has sent everything since, which was compared. */
  #wasCompared = false;

  constructor(options: SyncSessionOptions) {
    this.#options = options;
    this.#doc = options.doc;
    this.#state = options.state;
    this.#batch = new UpdateBatch(
      () => options.batchWindow(),
      (update) => this.#sendUpdate('update', update),
    );
    this.#consistencyCheck = new ConsistencyCheck(this.#doc, {
      requestDigest: () => this.#send({ type: 'compare' }),
      onMismatch: () => this.#exchangeFully(),
    });
  }

  /** Whether a frame has been received. */
  get hasReceived(): boolean {
    return this.#hasReceived;
  }

  /** Whether the first exchange of sync steps has ended. */
  get hasExchanged(): boolean {
    return this.#hasExchanged;
  }

  /** Whether the document was complete when the last exchange ended. */
  get isSynced(): boolean {
    return this.#isSynced;
  }

  /** The received part of a long frame, from 0 to 1; null if none is being received. */
  get progress(): number | null {
    return this.#assembler.progress;
  }

  /** The updates that are being applied; empty outside of {@link receive}. */
  get incoming(): readonly Uint8Array[] {
    return this.#incoming;
  }

  /** Opens the exchange: requests everything since the last connection. */
  start(): void {
    this.#resumeAt(this.#state.resumePoint);
  }

  /** Ends the session. The next one's sync step 2 carries every update that was not sent. */
  close(): void {
    this.#batch.clear();
    this.#consistencyCheck.stop();
  }

  sendToken(token: string): void {
    this.#send({ type: 'token', token });
  }

  addLocalUpdate(update: Uint8Array): void {
    this.#consistencyCheck.documentChanged();
    if (this.#isSynced && !this.#state.readOnlyReason) this.#batch.add(update);
  }

  /** Sends the collected local updates now. */
  flush(): void {
    this.#batch.flush();
  }

  /** Sends an update in one or more messages, the first of this type. */
  #sendUpdate(type: 'update' | 'sync-step-2', whole: Uint8Array): void {
    for (const [index, update] of this.#state.split(this.#doc, whole).entries()) {
      this.#outbox.add({ type: index === 0 ? type : 'update', update });
    }
  }

  #send(message: Message): void {
    for (const frame of splitFrame(encodeMessages([message]))) this.#options.send(frame);
  }

  /**
   * Applies a frame from the service. Returns a refusal if the client has to stop, else null. Throws
   * `ProtocolError` for bytes that are not messages or not updates, and if the service has other
   * content than the document; then nothing of the frame was applied.
   */
  receive(frame: Uint8Array): Refusal | null {
    this.#hasReceived = true;
    const messages = this.#assemble(decodeMessages(frame));
    this.#incoming = messages.flatMap((message) =>
      message.type === 'update' || message.type === 'sync-step-2' ? [message.update] : []
    );
    // Yjs ignores structs that the document has. If they differ, each side would take the other's for known.
    if (requireValid(() => this.#state.isForked(this.#doc, this.#incoming))) throw forkedError();
    try {
      // One transaction for each frame, so that observers and the editor run once.
      Y.transact(this.#doc, () => this.#handleAll(messages), this.#options.origin, false);
    } finally {
      this.#incoming = [];
    }
    if (!this.#refusal) this.#markSavedIfAcknowledged();
    return this.#refusal;
  }

  /** Replaces the last part of a long frame with the messages of that frame, and drops the others. */
  #assemble(messages: readonly Message[]): Message[] {
    return messages.flatMap((message) => {
      if (message.type !== 'part') return [message];
      const frame = this.#assembler.add(message);
      return frame ? decodeMessages(frame) : [];
    });
  }

  #handleAll(messages: readonly Message[]): void {
    for (const message of messages) {
      if (this.#refusal) return;
      this.#handle(message);
    }
  }

  #handle(message: Message): void {
    switch (message.type) {
      case 'welcome':
        // If it is another document, the answer lacks what the last one had acknowledged.
        this.#isIncomplete = this.#state.welcome(message);
        this.#wasCompared = this.#wasForked;
        return;
      case 'update':
      case 'sync-step-2':
        return this.#applyRemote(message.update);
      case 'sync-step-1':
        return this.#completeExchange(message.stateVector);
      case 'saved':
        return this.#acknowledged(message.version, message.count);
      case 'unsaved':
        return this.#rejected(message.reason);
      case 'digest':
        if (this.#isIdle) void this.#consistencyCheck.compare(message.digest);
        else this.#consistencyCheck.schedule();
        return;
      case 'role':
        return this.#roleChanged(message.role);
      case 'awareness':
      case 'query-awareness':
        return this.#options.onAwareness(message);
      // Messages of clients, and parts, which were assembled before.
      case 'resume':
      case 'compare':
      case 'token':
      case 'part':
        return;
    }
  }

  #applyRemote(update: Uint8Array): void {
    // Observers run at the end of the transaction in `receive`: an error here is one of the update.
    requireValid(() => Y.applyUpdate(this.#doc, update, this.#options.origin));
    this.#consistencyCheck.documentChanged();
  }

  /** The service has sent its state vector: sends what it lacks. */
  #completeExchange(stateVector: Uint8Array): void {
    this.#isSynced = this.#hasExchanged = true;
    this.#state.serviceStateVector = stateVector;
    this.#batch.clear();
    this.#outbox.dropWaiting();
    if (this.#isIncomplete) {
      this.#sendUpdate('sync-step-2', emptyUpdate);
      return this.#exchangeFully();
    }
    if (this.#wasCompared) {
      this.#state.rejectedAt = stateVector;
      throw forkedError();
    }
    const hasUpdate = this.#state.hasUnsaved && !this.#state.readOnlyReason;
    const update = hasUpdate ? Y.encodeStateAsUpdate(this.#doc, stateVector) : emptyUpdate;
    // An empty one is sent too: it confirms to the service that this client reads what it is sent.
    this.#sendUpdate('sync-step-2', update);
    this.#consistencyCheck.schedule();
  }

  #acknowledged(version: number, count: number): void {
    if (this.#isSynced) this.#state.resumePoint = { ...this.#state.resumePoint, version };
    this.#outbox.saved(count);
  }

  #rejected(reason: UnsavedReason): void {
    this.#state.markUnsaved();
    this.#outbox.rejected();
    switch (reason) {
      case 'forked':
        // First compare with everything that the service has; once for all answers.
        if (!this.#wasForked) this.#exchangeFully();
        this.#wasForked = true;
        return;
      case 'not-stored':
      case 'gap':
        this.#state.isStorageFailing ||= reason !== 'gap';
        // Either a sync step 2 that fills the gap is on its way, or the service will request one with a
        // sync step 1. Until then nothing is sent, and nothing counts as saved.
        if (!this.#outbox.awaitsSyncStep2) this.#stopSending();
        return;
      case 'read-only':
        this.#state.role = 'view';
        return;
      case 'outdated':
        this.#state.newestSchema = Math.max(this.#state.newestSchema, this.#state.schema + 1);
        return;
      case 'full':
        this.#refusal = fullRefusal;
    }
  }

  #roleChanged(role: Role): void {
    const canWriteAgain = this.#state.role === 'view' && role !== 'view';
    this.#state.role = role;
    // Local changes made while the role was `view` were not sent.
    if (canWriteAgain) this.#exchangeFully();
  }

  /** Exchanges everything that either side lacks, independent of the resume point. */
  #exchangeFully(): void {
    this.#state.markUnsaved();
    this.#stopSending();
    this.#resumeAt(initialResumePoint);
  }

  /** The next sync step 2 carries what was not sent. */
  #stopSending(): void {
    this.#isSynced = false;
    this.#outbox.dropWaiting();
  }

  #resumeAt({ epoch, version }: ResumePoint): void {
    const stateVector = this.#state.claimedStateVector(this.#doc);
    this.#send({ type: 'resume', epoch, version, stateVector, schema: this.#state.schema });
  }

  /** Whether every local update was sent and answered. */
  get #isIdle(): boolean {
    return this.#isSynced && this.#outbox.isEmpty && this.#batch.isEmpty;
  }

  #markSavedIfAcknowledged(): void {
    if (!this.#isIdle || this.#state.readOnlyReason || !this.#state.hasUnsaved) return;
    this.#state.markSaved();
    this.#consistencyCheck.schedule();
  }
}
