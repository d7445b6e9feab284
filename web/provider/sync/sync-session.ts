import * as Y from 'yjs';
import { CloseCode } from '../../../protocol/close-codes.ts';
import { FrameAssembler, splitFrame } from '../../../protocol/message-parts.ts';
import { limits } from '../../../protocol/limits.ts';
import {
  decodeMessages,
  emptyUpdate,
  encodeMessages,
  type Message,
  type UnsavedReason,
} from '../../../protocol/messages.ts';
import { ProtocolError } from '../../../protocol/protocol-error.ts';
import type { Role } from '../../../protocol/roles.ts';
import { ConsistencyCheck } from './consistency-check.ts';
import { PendingUpdates } from './pending-updates.ts';
import { UpdateBatch } from './update-batch.ts';

/** Up to where a connection had seen everything; the next one resumes there. */
export interface ResumePoint {
  readonly epoch: string;
  readonly version: number;
}

export interface SyncSessionEvents {
  /** The origin of the transactions that apply what the service sends. */
  readonly origin: unknown;
  send(frame: Uint8Array): void;
  /** Awareness is somebody else's business. */
  awareness(message: Message & { type: 'awareness' | 'query-awareness' }): void;
  /** The service cannot take what this client holds. */
  refused(code: CloseCode, reason: string): void;
  /** How long local updates are gathered, in milliseconds. */
  window(): number;
}

/**
 * What a document and the service say to each other, over one connection after the other: who lacks
 * what, what is saved, whether both hold the same. Knows no socket and no clock of a connection.
 */
export class SyncSession {
  readonly #doc: Y.Doc;
  readonly #schema: number;
  readonly #events: SyncSessionEvents;
  readonly #batch: UpdateBatch;
  readonly #agreement: ConsistencyCheck;
  readonly #unanswered: PendingUpdates;
  #assembly = new FrameAssembler(Infinity);
  #incoming: readonly Uint8Array[] = [];
  /** Whether this connection has exchanged sync steps. */
  #hasExchanged = false;
  /** Whether updates may be sent as they come. Else the next sync step 2 will carry them. */
  #isSynced = false;
  #role: Role | null = null;
  #newestSchema = 0;
  #serviceStateVector: Uint8Array | null = null;
  #point: ResumePoint;

  constructor(doc: Y.Doc, schema: number, point: ResumePoint, events: SyncSessionEvents) {
    this.#doc = doc;
    this.#schema = schema;
    this.#point = point;
    this.#events = events;
    this.#unanswered = new PendingUpdates(doc.store.clients.size > 0);
    this.#batch = new UpdateBatch(
      (update) => this.#sendUpdate({ type: 'update', update }),
      () => events.window(),
    );
    this.#agreement = new ConsistencyCheck(doc, {
      ask: () => this.#send([{ type: 'compare' }]),
      disagreed: () => this.#exchangeAll(),
    });
  }

  /** The updates that are being applied just now; none outside of that. */
  get incoming(): readonly Uint8Array[] {
    return this.#incoming;
  }

  get hasExchanged(): boolean {
    return this.#hasExchanged;
  }

  /** Whether the document was complete when the last exchange ended. */
  get isSynced(): boolean {
    return this.#isSynced;
  }

  /** How many local changes the service has not acknowledged. */
  get unsent(): number {
    return this.#unanswered.changes;
  }

  /** What the service had when it last said so, as a state vector; null before. */
  get serviceStateVector(): Uint8Array | null {
    return this.#serviceStateVector;
  }

  /** How much of a long frame is here, from 0 to 1; null when none is under way. */
  get progress(): number | null {
    return this.#assembly.progress;
  }

  /** What the service lets this client do; null before it has said so. */
  get role(): Role | null {
    return this.#role;
  }

  /** Why the service takes no changes; null where it does. */
  get readOnly(): 'role' | 'outdated' | null {
    if (this.#role === 'view') return 'role';
    return this.#schema > 0 && this.#schema < this.#newestSchema ? 'outdated' : null;
  }

  get point(): ResumePoint {
    return this.#point;
  }

  /** A copy of an earlier session was put into the document; there the next connection resumes. */
  restored(point: ResumePoint, isDirty: boolean): void {
    this.#point = point;
    this.#unanswered.isDirty ||= isDirty;
  }

  /** A connection is open: it is told where to begin. */
  opened(): void {
    this.#resume(this.#point);
  }

  lost(): void {
    this.#isSynced = this.#hasExchanged = false;
    this.#unanswered.forget();
    // The next connection's sync step 2 carries all of it.
    this.#batch.clear();
    this.#assembly = new FrameAssembler(Infinity);
    this.#agreement.stop();
  }

  received(frame: Uint8Array): void {
    const messages = this.#joined(decodeMessages(frame));
    this.#incoming = messages.flatMap((message) =>
      message.type === 'update' || message.type === 'sync-step-2' ? [message.update] : []
    );
    try {
      // One transaction for one frame: what belongs together is drawn together.
      const apply = () => messages.forEach((message) => this.#handle(message));
      Y.transact(this.#doc, apply, this.#events.origin, false);
    } finally {
      this.#incoming = [];
    }
    this.#settle();
  }

  /** The document has changed here. */
  changed(update: Uint8Array): void {
    this.#unanswered.changed();
    this.#agreement.touch();
    if (this.#isSynced && !this.readOnly) this.#batch.add(update);
  }

  token(token: string): void {
    this.#send([{ type: 'token', token }]);
  }

  /** Sends what is gathered, now. */
  flush(): void {
    this.#batch.flush();
  }

  #handle(message: Message): void {
    switch (message.type) {
      case 'welcome': {
        const { epoch, version, role, schema } = message;
        // A document made anew lacks what the old one had acknowledged.
        if (this.#point.epoch !== '' && this.#point.epoch !== epoch) {
          this.#unanswered.isDirty = true;
        }
        this.#point = { epoch, version };
        this.#role = role;
        this.#newestSchema = schema;
        return;
      }
      case 'update':
      case 'sync-step-2':
        this.#apply(message.update);
        this.#agreement.touch();
        return;
      case 'sync-step-1':
        this.#answerSyncStep1(message.stateVector);
        return;
      case 'saved':
        if (this.#isSynced) this.#point = { ...this.#point, version: message.version };
        this.#unanswered.stored(message.count);
        return;
      case 'unsaved':
        this.#unanswered.refused();
        this.#unsaved(message.reason);
        return;
      case 'digest':
        if (this.#isClean) this.#agreement.received(message.digest);
        else this.#agreement.want();
        return;
      case 'role':
        this.#roleChanged(message.role);
        return;
      case 'awareness':
      case 'query-awareness':
        this.#events.awareness(message);
        return;
      case 'resume':
      case 'compare':
      case 'token':
      case 'part':
        return;
    }
  }

  /** Throws {@link ProtocolError} for bytes that are no update. */
  #apply(update: Uint8Array): void {
    try {
      // Within a transaction: whoever observes the document is called later, and throws elsewhere.
      Y.applyUpdate(this.#doc, update, this.#events.origin);
    } catch {
      throw new ProtocolError(CloseCode.malformed, 'Cannot apply update');
    }
  }

  /** What came in parts takes the place of its last part. */
  #joined(messages: readonly Message[]): Message[] {
    return messages.flatMap((message) => {
      if (message.type !== 'part') return [message];
      const whole = this.#assembly.add(message);
      return whole ? decodeMessages(whole) : [];
    });
  }

  #unsaved(reason: UnsavedReason): void {
    switch (reason) {
      case 'gap':
        // Something that carries all of it is under way, or the service will ask for that with a sync
        // step 1. Until then nothing more is sent, and nothing counts as saved.
        if (!this.#unanswered.hasWhole) this.#isSynced = false;
        return;
      case 'read-only':
        this.#role = 'view';
        return;
      case 'outdated':
        this.#newestSchema = Math.max(this.#newestSchema, this.#schema + 1);
        return;
      case 'full':
        this.#events.refused(
          CloseCode.documentFull,
          'This document is full: what is new here is not saved',
        );
    }
  }

  #roleChanged(role: Role): void {
    const mayWriteAgain = this.#role === 'view' && role !== 'view';
    this.#role = role;
    // What was written meanwhile was not sent: an exchange brings it.
    if (mayWriteAgain) this.#exchangeAll();
  }

  /** The service has told what it has: it gets what it lacks, and the first exchange is complete. */
  #answerSyncStep1(stateVector: Uint8Array): void {
    this.#isSynced = this.#hasExchanged = true;
    this.#serviceStateVector = stateVector;
    this.#batch.clear();
    // Answered in any case: it also tells the service that this client reads what it is sent.
    const isWanted = this.#unanswered.isDirty && !this.readOnly;
    const update = isWanted ? Y.encodeStateAsUpdate(this.#doc, stateVector) : emptyUpdate;
    if (update.length > limits.messageBytes) {
      this.#events.refused(
        CloseCode.tooBig,
        `There are ${Math.ceil(update.length / 2 ** 20)} MB of changes here that are not saved: ` +
          'more than the service takes at once',
      );
      return;
    }
    this.#sendUpdate({ type: 'sync-step-2', update });
    this.#agreement.want();
  }

  /** The two sides differ: each gets all the other has, whatever it was thought to have. */
  #exchangeAll(): void {
    this.#unanswered.isDirty = true;
    this.#isSynced = false;
    this.#resume({ epoch: '', version: 0 });
  }

  #resume({ epoch, version }: ResumePoint): void {
    const stateVector = Y.encodeStateVector(this.#doc);
    this.#send([{ type: 'resume', epoch, version, stateVector, schema: this.#schema }]);
  }

  #sendUpdate(message: Message & { type: 'update' | 'sync-step-2' }): void {
    this.#unanswered.sent(message.type === 'sync-step-2');
    this.#send([message]);
  }

  #send(messages: readonly Message[]): void {
    for (const frame of splitFrame(encodeMessages(messages))) this.#events.send(frame);
  }

  get #isClean(): boolean {
    return this.#isSynced && this.#unanswered.isEmpty && this.#batch.isEmpty;
  }

  #settle(): void {
    if (!this.#isClean || this.readOnly || !this.#unanswered.isDirty) return;
    this.#unanswered.clear();
    this.#agreement.want();
  }
}
