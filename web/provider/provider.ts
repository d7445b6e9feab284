import * as Y from 'yjs';
import { applyAwarenessUpdate, type Awareness } from 'y-protocols/awareness';
import { encodeAwareness } from '../../protocol/awareness.ts';
import { CloseCode } from '../../protocol/close-codes.ts';
import {
  decodeMessages,
  edgepadProtocol,
  encodeMessages,
  type Message,
  type UnsavedReason,
} from '../../protocol/messages.ts';
import { createAwareness, forgetGone, forgetOthers, renewOwnState } from './awareness.ts';
import { ReconnectingSocket, type WebSocketClass } from './reconnecting-socket.ts';
import { type ProviderStatus, sameStatus } from './status.ts';
import { UpdateBatch } from './update-batch.ts';

/** An update with nothing in it: no structs, no deletions. */
const emptyUpdate = new Uint8Array([0, 0]);
/** How long local updates are gathered while others watch, in milliseconds. */
const windowInCompany = 40;
/** The same with nobody else there. */
const windowAlone = 250;

export interface ProviderOptions {
  /** Where documents are, without a slash at the end: `wss://host/docs`. */
  readonly url: string;
  /** The document's name. */
  readonly name: string;
  readonly doc: Y.Doc;
  /** For runtimes without a WebSocket of their own. */
  readonly WebSocket?: WebSocketClass;
}

/**
 * Keeps a Y.Doc and its awareness in sync with the service, and knows what is saved. Connects when
 * it is made; serves any Yjs binding.
 *
 * Events: `status` when {@link status} changes; `synced` once, when the document is complete for the
 * first time (an editor must not be mounted, or at least not be editable, before).
 */
export class EdgepadProvider extends EventTarget {
  readonly doc: Y.Doc;
  readonly awareness: Awareness;
  readonly #socket: ReconnectingSocket;
  readonly #batch: UpdateBatch;
  #status: ProviderStatus = { state: 'connecting' };
  #wasSynced = false;
  /** Whether the last attempt to connect has failed, or its connection was lost. */
  #isOffline = false;
  /** Whether this connection has exchanged sync steps. */
  #hasExchanged = false;
  /** Whether updates may be sent as they come. Else the next sync step 2 will carry them. */
  #isSynced = false;
  /** Whether there may be local changes that no acknowledgement covers. */
  #isDirty: boolean;
  /**
   * Updates sent on this connection and not yet answered; answers come in the same order. Of each,
   * whether it carries all that was local when it was sent.
   */
  #unanswered: { readonly isWhole: boolean }[] = [];
  #isReadOnly = false;
  #refusal: (ProviderStatus & { state: 'refused' }) | null = null;
  /** What the last connection had seen completely; where the next one resumes. */
  #epoch = '';
  #version = 0;

  constructor({ url, name, doc, WebSocket = globalThis.WebSocket }: ProviderOptions) {
    super();
    this.doc = doc;
    this.awareness = createAwareness(doc);
    this.#isDirty = doc.store.clients.size > 0;
    this.#batch = new UpdateBatch(
      (update) => this.#sendUpdate({ type: 'update', update }),
      () => this.awareness.getStates().size > 1 ? windowInCompany : windowAlone,
    );
    this.#socket = new ReconnectingSocket(`${url}/${name}`, [edgepadProtocol], WebSocket, {
      opened: () => this.#opened(),
      received: (frame) => this.#received(frame),
      lost: () => this.#lost(),
      refused: (code, reason) => this.#refused(code, reason),
    });
    doc.on('update', this.#docUpdated);
    this.awareness.on('update', this.#awarenessUpdated);
    globalThis.addEventListener?.('pagehide', this.#flush);
    globalThis.addEventListener?.('blur', this.#flush);
  }

  get status(): ProviderStatus {
    return this.#status;
  }

  /** Whether the document has been complete at least once. */
  get synced(): boolean {
    return this.#wasSynced;
  }

  /** Disconnects for good. The document stays as it is. */
  destroy(): void {
    this.#batch.flush();
    this.#socket.stop();
    this.#batch.clear();
    this.doc.off('update', this.#docUpdated);
    this.awareness.off('update', this.#awarenessUpdated);
    this.awareness.destroy();
    globalThis.removeEventListener?.('pagehide', this.#flush);
    globalThis.removeEventListener?.('blur', this.#flush);
  }

  #opened(): void {
    this.#isOffline = false;
    this.#send([{
      type: 'resume',
      epoch: this.#epoch,
      version: this.#version,
      stateVector: Y.encodeStateVector(this.doc),
    }]);
    renewOwnState(this.awareness);
  }

  #lost(): void {
    this.#isOffline = true;
    this.#isSynced = this.#hasExchanged = false;
    this.#unanswered = [];
    // The next connection's sync step 2 carries all of it.
    this.#batch.clear();
    forgetOthers(this.awareness, this);
    this.#updateStatus();
  }

  #refused(code: number, reason: string): void {
    this.#refusal = { state: 'refused', code, reason };
    this.#lost();
  }

  #received(frame: Uint8Array): void {
    // One transaction for one frame: what belongs together is drawn together.
    this.doc.transact(() => {
      for (const message of decodeMessages(frame)) this.#handle(message);
    }, this);
    this.#updateStatus();
    if (this.#isSynced && !this.#wasSynced) {
      this.#wasSynced = true;
      this.dispatchEvent(new Event('synced'));
    }
  }

  #handle(message: Message): void {
    switch (message.type) {
      case 'welcome':
        // A document made anew lacks what the old one had acknowledged.
        if (this.#epoch !== '' && this.#epoch !== message.epoch) this.#isDirty = true;
        this.#epoch = message.epoch;
        this.#version = message.version;
        return;
      case 'update':
      case 'sync-step-2':
        Y.applyUpdate(this.doc, message.update, this);
        return;
      case 'sync-step-1':
        this.#answerSyncStep1(message.stateVector);
        return;
      case 'saved':
        if (this.#isSynced) this.#version = message.version;
        this.#unanswered.splice(0, message.count);
        return;
      case 'unsaved':
        this.#unanswered.shift();
        this.#isDirty = true;
        this.#unsaved(message.reason);
        return;
      case 'awareness':
        applyAwarenessUpdate(this.awareness, message.update, this);
        forgetGone(this.awareness);
        return;
      case 'query-awareness':
        renewOwnState(this.awareness);
        return;
      case 'resume':
        return;
    }
  }

  #unsaved(reason: UnsavedReason): void {
    switch (reason) {
      case 'gap':
        // Something that carries all of it is under way, or the service will ask for that with a sync
        // step 1. Until then nothing more is sent, and nothing counts as saved.
        if (!this.#unanswered.some(({ isWhole }) => isWhole)) this.#isSynced = false;
        return;
      case 'read-only':
        this.#isReadOnly = true;
        return;
      case 'full':
        this.#refusal = {
          state: 'refused',
          code: CloseCode.documentFull,
          reason: 'This document is full: copy what is new elsewhere',
        };
    }
  }

  /** The service has told what it has: it gets what it lacks, and the first exchange is complete. */
  #answerSyncStep1(stateVector: Uint8Array): void {
    this.#isSynced = this.#hasExchanged = true;
    this.#batch.clear();
    // Answered in any case: it also tells the service that this client reads what it is sent.
    const update = this.#isDirty ? Y.encodeStateAsUpdate(this.doc, stateVector) : emptyUpdate;
    this.#sendUpdate({ type: 'sync-step-2', update });
  }

  #sendUpdate(message: Message & { type: 'update' | 'sync-step-2' }): void {
    this.#unanswered.push({ isWhole: message.type === 'sync-step-2' });
    this.#send([message]);
    this.#updateStatus();
  }

  #send(messages: readonly Message[]): void {
    this.#socket.send(encodeMessages(messages));
  }

  #updateStatus(): void {
    if (this.#isSynced && this.#unanswered.length === 0 && this.#batch.isEmpty) {
      this.#isDirty = false;
    }
    const status = this.#currentStatus();
    if (sameStatus(status, this.#status)) return;
    this.#status = status;
    this.dispatchEvent(new Event('status'));
  }

  #currentStatus(): ProviderStatus {
    if (this.#refusal) return this.#refusal;
    if (this.#isOffline) return { state: 'offline', unsent: this.#isDirty };
    if (!this.#isSynced && !this.#hasExchanged) return { state: 'connecting' };
    if (this.#isReadOnly) return { state: 'read-only' };
    return { state: this.#isDirty ? 'saving' : 'saved' };
  }

  readonly #docUpdated = (update: Uint8Array, origin: unknown): void => {
    if (origin === this) return;
    this.#isDirty = true;
    if (this.#isSynced) this.#batch.add(update);
    this.#updateStatus();
  };

  /**
   * Sends our own state, and only that: others speak for themselves. Also when the news came from the
   * service: told that we are gone, y-protocols raises our clock, and the others have to hear it.
   */
  readonly #awarenessUpdated = (
    { added, updated, removed }: Record<'added' | 'updated' | 'removed', number[]>,
  ): void => {
    const client = this.awareness.clientID;
    if (![...added, ...updated, ...removed].includes(client)) return;
    const clock = this.awareness.meta.get(client)?.clock ?? 0;
    const state = this.awareness.getLocalState();
    const entry = { client, clock, state: state && JSON.stringify(state) };
    this.#send([{ type: 'awareness', update: encodeAwareness([entry]) }]);
  };

  readonly #flush = (): void => this.#batch.flush();
}
