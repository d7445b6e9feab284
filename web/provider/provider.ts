import type * as Y from 'yjs';
import { applyAwarenessUpdate, type Awareness } from 'y-protocols/awareness';
import { encodeAwareness } from '../../protocol/awareness.ts';
import { CloseCode, isForLater } from '../../protocol/close-codes.ts';
import { encodeMessage, type Message } from '../../protocol/messages.ts';
import type { Role } from '../../protocol/roles.ts';
import { ProtocolError } from '../../protocol/protocol-error.ts';
import { createAwareness, forgetGone, forgetOthers, renewOwnState } from './awareness.ts';
import { type ResumePoint, SyncSession } from './sync/sync-session.ts';
import { Credentials, type GetToken } from './credentials.ts';
import { ReconnectingSocket } from './transport/reconnecting-socket.ts';
import { type Transport, TransportSelector } from './transport/transport-selector.ts';
import type { SocketLike, WebSocketClass } from './transport/socket.ts';
import { type ProviderStatus, sameStatus } from './status.ts';
import { Throttle } from './sync/throttle.ts';

/** How long local updates are gathered while others watch, in milliseconds. */
const windowInCompany = 50;
/** The same with nobody else there. */
const windowAlone = 250;
/** How often our own awareness is sent at most, in milliseconds: a caret moves with every key. */
const presencePause = 100;

/** What the provider needs of a copy on this device; `openOfflineCopy` makes one for browsers. */
export interface CopyOnDevice extends EventTarget {
  readonly state: { readonly kind: 'opening' | 'stored' | 'writing' | 'failed' };
  readonly loaded: Promise<ResumePoint & { readonly isDirty: boolean }>;
  storeResumePoint(point: ResumePoint & { readonly isDirty: boolean }): void;
}

export interface ProviderOptions {
  /** Where documents are, without a slash at the end: `wss://host/docs`. */
  readonly url: string;
  /** The document's name. */
  readonly name: string;
  readonly doc: Y.Doc;
  /** Asked before each connection, and again before a token expires. */
  readonly getToken?: GetToken;
  /** Keeps the document on this device. It is read before the provider connects. */
  readonly offline?: CopyOnDevice;
  /** The number of the schema the editor knows. Older editors than the document's may not write. */
  readonly schema?: number;
  /** For runtimes without their own. */
  readonly WebSocket?: WebSocketClass;
  readonly fetch?: typeof fetch;
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
  readonly #offline: CopyOnDevice | null;
  readonly #credentials: Credentials;
  readonly #route: TransportSelector;
  readonly #conversation: SyncSession;
  readonly #presence = new Throttle(presencePause, () => this.#sendPresence());
  #socket: ReconnectingSocket | null = null;
  #status: ProviderStatus = { state: 'connecting', progress: null };
  #wasSynced = false;
  /** Whether the last attempt to connect has failed, or its connection was lost. */
  #isOffline = false;
  /** Whether a connection that worked was left for a better one, which has yet to bring something. */
  #isChanging = false;
  /** Whether this connection has brought anything. */
  #hasHeard = false;
  #isDestroyed = false;
  #refusal: (ProviderStatus & { state: 'refused' }) | null = null;

  constructor(options: ProviderOptions) {
    super();
    const { doc, name, url, WebSocket = globalThis.WebSocket } = options;
    this.doc = doc;
    this.awareness = createAwareness(doc);
    this.#offline = options.offline ?? null;
    this.#credentials = new Credentials(
      options.getToken ?? null,
      (token) => this.#conversation.token(token),
    );
    this.#route = new TransportSelector({
      url: `${url}/${name}`,
      WebSocket,
      // Called as a method it would not be the window's own.
      fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
      improved: () => this.#socket?.replace(),
    });
    this.#conversation = new SyncSession(doc, options.schema ?? 0, { epoch: '', version: 0 }, {
      origin: this,
      send: (frame) => this.#socket?.send(frame),
      awareness: (message) => this.#awarenessReceived(message),
      refused: (code, reason) => this.#refused(code, reason),
      window: () => this.awareness.getStates().size > 1 ? windowInCompany : windowAlone,
    });
    doc.on('update', this.#docUpdated);
    this.awareness.on('update', this.#awarenessUpdated);
    this.#offline?.addEventListener('change', this.#updateStatus);
    globalThis.addEventListener?.('pagehide', this.#flush);
    globalThis.addEventListener?.('blur', this.#flush);
    if (this.#offline) void this.#restore(this.#offline);
    else this.#connect();
  }

  get status(): ProviderStatus {
    return this.#status;
  }

  /** Whether the document has been complete at least once. */
  get synced(): boolean {
    return this.#wasSynced;
  }

  /** What the service lets this client do, as it said last; null before it has. */
  get role(): Role | null {
    return this.#conversation.role;
  }

  /** How the service is reached, or was tried to be reached last. */
  get transport(): Transport {
    return this.#route.transport;
  }

  /** The updates that are being applied just now; none outside of that. */
  get incoming(): readonly Uint8Array[] {
    return this.#conversation.incoming;
  }

  /** What the service had when it last said so, as a state vector; null before. */
  get serviceStateVector(): Uint8Array | null {
    return this.#conversation.serviceStateVector;
  }

  /** Tries to connect now instead of when the next attempt falls due. */
  reconnect(): void {
    this.#socket?.retry();
  }

  /**
   * Asks for a token now, because there is another one: it goes over the living connection, or opens
   * a new one where the last was turned away.
   */
  renewToken(): void {
    if (!this.#refusal) return void this.#credentials.renew();
    this.#refusal = null;
    this.#connect();
    this.#updateStatus();
  }

  /** Disconnects for good. The document stays as it is. */
  destroy(): void {
    this.#isDestroyed = true;
    this.#conversation.flush();
    this.#socket?.stop();
    this.#conversation.lost();
    this.#route.stop();
    this.#credentials.stop();
    this.doc.off('update', this.#docUpdated);
    this.awareness.off('update', this.#awarenessUpdated);
    this.awareness.destroy();
    this.#presence.stop();
    this.#offline?.removeEventListener('change', this.#updateStatus);
    globalThis.removeEventListener?.('pagehide', this.#flush);
    globalThis.removeEventListener?.('blur', this.#flush);
  }

  /** What this device has comes first: it is there at once, and tells where to resume. */
  async #restore(offline: CopyOnDevice): Promise<void> {
    const { epoch, version, isDirty } = await offline.loaded;
    if (this.#isDestroyed) return;
    this.#conversation.restored({ epoch, version }, isDirty);
    // Complete as of that version: good enough to write in, with or without a network.
    if (epoch !== '') this.#becomeSynced();
    this.#connect();
  }

  #connect(): void {
    this.#socket = new ReconnectingSocket({
      open: () => this.#open(),
      opened: () => this.#opened(),
      received: (frame) => this.#received(frame),
      lost: (code, reason) => this.#lost(code, reason),
      left: () => this.#left(),
      refused: (code, reason) => this.#refused(code, reason),
    });
  }

  async #open(): Promise<SocketLike> {
    const token = await this.#credentials.fresh();
    const whyNot = this.#credentials.whyNot(token);
    if (whyNot === null) return this.#route.open(token);
    this.#refused(CloseCode.unauthenticated, whyNot);
    throw new Error(`Cannot connect: ${whyNot}`);
  }

  #opened(): void {
    this.#hasHeard = false;
    this.#conversation.opened();
    // Whatever was about to be said went to another connection.
    this.#presence.stop();
    renewOwnState(this.awareness);
  }

  #lost(code: number, reason: string): void {
    const isUnproved = code === CloseCode.unauthenticated;
    this.#credentials.lost(isUnproved ? reason : null);
    // Whoever asks for patience, or for another credential, was reached.
    if (!this.#hasHeard && !isForLater(code) && !isUnproved) this.#route.failed();
    this.#hasHeard = false;
    this.#isOffline = true;
    this.#isChanging = false;
    this.#conversation.lost();
    forgetOthers(this.awareness, this);
    this.#updateStatus();
  }

  /** Nobody needs to know: what is acknowledged stays so, and the rest is being saved as before. */
  #left(): void {
    this.#hasHeard = false;
    this.#isChanging = this.#conversation.hasExchanged;
    this.#conversation.lost();
    this.#updateStatus();
  }

  #refused(code: number, reason: string): void {
    this.#refusal = { state: 'refused', code, reason };
    this.#socket?.stop();
    this.#route.stop();
    this.#lost(code, reason);
  }

  #received(frame: Uint8Array): void {
    // The first frame tells who is here. Who went while the connection was changed is not in it.
    if (!this.#hasHeard) forgetOthers(this.awareness, this);
    try {
      this.#conversation.received(frame);
    } catch (error) {
      // What came after it in the frame was not heard, and answers are counted: only another
      // connection makes that good. It may come from a proxy, or from an observer of the document.
      this.#socket?.fail();
      if (error instanceof ProtocolError) return;
      throw error;
    }
    this.#hasHeard = true;
    this.#isOffline = false;
    if (this.#conversation.hasExchanged) this.#isChanging = false;
    this.#route.worked();
    this.#updateStatus();
    if (this.#conversation.isSynced) this.#becomeSynced();
  }

  #becomeSynced(): void {
    if (this.#wasSynced) return;
    this.#wasSynced = true;
    this.dispatchEvent(new Event('synced'));
  }

  readonly #updateStatus = (): void => {
    const { point, unsent } = this.#conversation;
    // Written with every change the document has had until now, so a resume never skips one.
    if (point.epoch !== '') this.#offline?.storeResumePoint({ ...point, isDirty: unsent > 0 });
    const status = this.#currentStatus();
    if (sameStatus(status, this.#status)) return;
    this.#status = status;
    this.dispatchEvent(new Event('status'));
  };

  #currentStatus(): ProviderStatus {
    const { unsent, hasExchanged, isSynced, readOnly, progress } = this.#conversation;
    if (this.#refusal) return this.#refusal;
    if (this.#isOffline) {
      return { state: 'offline', unsent, stored: this.#offline?.state.kind === 'stored' };
    }
    if (!isSynced && !hasExchanged && !this.#isChanging) return { state: 'connecting', progress };
    if (readOnly) return { state: 'read-only', reason: readOnly };
    return { state: unsent > 0 ? 'saving' : 'saved' };
  }

  readonly #docUpdated = (update: Uint8Array, origin: unknown): void => {
    // Null is a person's own origin, and that of no copy.
    if (origin === this || (this.#offline && origin === this.#offline)) return;
    this.#conversation.changed(update);
    this.#updateStatus();
  };

  #awarenessReceived(message: Message & { type: 'awareness' | 'query-awareness' }): void {
    if (message.type === 'query-awareness') {
      renewOwnState(this.awareness);
    } else {
      applyAwarenessUpdate(this.awareness, message.update, this);
      forgetGone(this.awareness);
    }
  }

  /**
   * Sends our own state, and only that: others speak for themselves. Also when the news came from the
   * service: told that we are gone, y-protocols raises our clock, and the others have to hear it.
   */
  readonly #awarenessUpdated = (
    { added, updated, removed }: Record<'added' | 'updated' | 'removed', number[]>,
  ): void => {
    const client = this.awareness.clientID;
    if (![...added, ...updated, ...removed].includes(client)) return;
    this.#presence.ask();
    // Who leaves has no time to wait.
    if (this.awareness.getLocalState() === null) this.#presence.flush();
  };

  #sendPresence(): void {
    const client = this.awareness.clientID;
    const clock = this.awareness.meta.get(client)?.clock ?? 0;
    const state = this.awareness.getLocalState();
    const entry = { client, clock, state: state && JSON.stringify(state) };
    this.#socket?.send(encodeMessage({ type: 'awareness', update: encodeAwareness([entry]) }));
  }

  readonly #flush = (): void => this.#conversation.flush();
}
