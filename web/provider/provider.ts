import type * as Y from 'yjs';
import type { Awareness } from 'y-protocols/awareness';
import { asksToWait, CloseCode } from '../../protocol/close-codes.ts';
import type { Role } from '../../protocol/roles.ts';
import { ProtocolError } from '../../protocol/protocol-error.ts';
import { AwarenessSync } from './awareness.ts';
import { Credentials } from './credentials.ts';
import type { CopyOnDevice, ProviderOptions } from './provider-options.ts';
import { type ProviderStatus, sameStatus, stoppedByPage } from './status.ts';
import { SyncSession } from './sync/sync-session.ts';
import { SyncState } from './sync/sync-state.ts';
import { ReconnectingSocket } from './transport/reconnecting-socket.ts';
import type { SocketLike } from './transport/socket.ts';
import { type Transport, TransportSelector } from './transport/transport-selector.ts';

/** How long local updates are collected while other clients are connected, in milliseconds. */
const batchWindow = 50;
/** The same without other clients. */
const batchWindowAlone = 250;

/**
 * Keeps a Y.Doc and its awareness in sync with the service, and knows what is saved. Works with any
 * Yjs binding. Connects when it is constructed.
 *
 * Events: `status` when {@link status} changes; `synced` once, when the document is complete for the
 * first time. Before that, an editor must not be editable.
 */
export class EdgepadProvider extends EventTarget {
  readonly doc: Y.Doc;
  readonly #offline: CopyOnDevice | null;
  readonly #awareness: AwarenessSync;
  readonly #credentials: Credentials;
  readonly #transport: TransportSelector;
  readonly #syncState: SyncState;
  #socket: ReconnectingSocket | null = null;
  /** The session on the open connection; null while there is none. */
  #session: SyncSession | null = null;
  #status: ProviderStatus = { state: 'connecting', progress: null };
  #wasSynced = false;
  /** Whether the last connection or attempt has failed and nothing has been received since. */
  #isOffline = false;
  #isDestroyed = false;
  #isPaused = false;
  #refusal: (ProviderStatus & { state: 'refused' }) | null = null;
  readonly #listening = new AbortController();

  constructor(options: ProviderOptions) {
    super();
    const { doc, name, url, schema = 0, WebSocket = globalThis.WebSocket } = options;
    this.doc = doc;
    this.#offline = options.offline ?? null;
    this.#awareness = new AwarenessSync(doc, (frame) => this.#socket?.send(frame));
    this.#credentials = new Credentials(
      options.getToken ?? null,
      (token) => this.#session?.sendToken(token),
    );
    this.#transport = new TransportSelector({
      url: `${url}/${name}`,
      WebSocket,
      // The browser's fetch throws when it is called as a method of another object.
      fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    });
    this.#syncState = new SyncState({ schema, hasUnsaved: doc.store.clients.size > 0 });
    doc.on('update', this.#onDocUpdate);
    const { signal } = this.#listening;
    this.#offline?.addEventListener('change', () => this.#updateStatus(), { signal });
    const flush = () => this.#session?.flush();
    globalThis.addEventListener?.('pagehide', flush, { signal });
    globalThis.addEventListener?.('blur', flush, { signal });
    if (this.#offline) void this.#load(this.#offline);
    else this.#connect();
  }

  get awareness(): Awareness {
    return this.#awareness.awareness;
  }

  get status(): ProviderStatus {
    return this.#status;
  }

  /** Whether the document has been complete at least once. */
  get synced(): boolean {
    return this.#wasSynced;
  }

  /** The role of this client, as last received from the service; null before. */
  get role(): Role | null {
    return this.#syncState.role;
  }

  /** The transport of the current or last connection attempt. */
  get transport(): Transport {
    return this.#transport.transport;
  }

  /** The remote updates that are being applied; empty outside of their transaction. */
  get incoming(): readonly Uint8Array[] {
    return this.#session?.incoming ?? [];
  }

  /** The last state vector received from the service; null before. */
  get serviceStateVector(): Uint8Array | null {
    return this.#syncState.serviceStateVector;
  }

  /** Connects now instead of after the delay. */
  reconnect(): void {
    this.#socket?.retry();
  }

  /** Disconnects until {@link connect}. Sends what is unsent first; later changes are sent then. */
  disconnect(): void {
    this.#session?.flush();
    this.#socket?.stop();
    if (!this.#refusal) this.#onLost(1000, '');
    this.#isPaused = true;
  }

  /** Connects after {@link disconnect}. */
  connect(): void {
    if (!this.#isPaused || this.#isDestroyed) return;
    this.#isPaused = false;
    if (!this.#refusal) this.#connect();
  }

  /**
   * Calls `getToken` now because the page has another token. The token is sent over the open
   * connection; after a refusal the provider connects again.
   */
  renewToken(): void {
    if (this.#refusal?.code === stoppedByPage) return;
    if (!this.#refusal) return void this.#credentials.refresh();
    this.#refusal = null;
    this.#connect();
    this.#updateStatus();
  }

  /**
   * Disconnects because the page cannot show the document any more. Sends what is unsent first. The
   * status becomes `refused`, with the code {@link stoppedByPage} and `reason`.
   */
  stop(reason: string): void {
    this.#session?.flush();
    this.#refuse(stoppedByPage, reason);
  }

  /** Disconnects for good. The document stays as it is. */
  destroy(): void {
    this.#isDestroyed = true;
    this.#session?.flush();
    this.#closeSession();
    this.#socket?.stop();
    this.#credentials.stop();
    this.#awareness.destroy();
    this.doc.off('update', this.#onDocUpdate);
    this.#listening.abort();
  }

  /** Loads the copy on this device. From its resume point on, the service sends only later updates. */
  async #load(offline: CopyOnDevice): Promise<void> {
    const { epoch, version, isDirty } = await offline.loaded;
    if (this.#isDestroyed) return;
    this.#syncState.restore({ epoch, version }, isDirty);
    // The copy is complete as of its version, so it can be edited without a network.
    if (epoch !== '') this.#becomeSynced();
    if (!this.#isPaused) this.#connect();
  }

  #connect(): void {
    this.#socket = new ReconnectingSocket({
      open: () => this.#openSocket(),
      onOpen: () => this.#openSession(),
      onFrame: (frame) => this.#onFrame(frame),
      onLost: (code, reason) => this.#onLost(code, reason),
      onRefused: (code, reason) => this.#refuse(code, reason),
    });
  }

  async #openSocket(): Promise<SocketLike> {
    const token = await this.#credentials.get();
    const rejection = this.#credentials.rejectionOf(token);
    if (this.doc.store.clients.size > 0) await this.#moveForks();
    if (rejection === null) return this.#transport.open(token);
    this.#refuse(CloseCode.unauthenticated, rejection);
    throw new Error(`Cannot connect: ${rejection}`);
  }

  /** Moves structs for which the document differs from what the service has. */
  async #moveForks(): Promise<void> {
    const code = await this.#loadCode();
    if (this.#isDestroyed) return;
    const refusal = code?.moveForks(this.#syncState, this.awareness, this.#offline);
    if (refusal) this.#refuse(refusal.code, refusal.reason);
  }

  /** Without this code, a connection fails when its updates have to be compared with the document. */
  async #loadCode(): Promise<typeof import('./sync/lazy-sync.ts') | null> {
    return this.#syncState.code = await import('./sync/lazy-sync.ts').catch(() => null);
  }

  #openSession(): void {
    this.#session = new SyncSession({
      doc: this.doc,
      state: this.#syncState,
      origin: this,
      send: (frame) => this.#socket?.send(frame),
      onAwareness: (message) => this.#awareness.receive(message),
      batchWindow: () => this.#awareness.hasOthers ? batchWindow : batchWindowAlone,
    });
    this.#session.start();
    this.#awareness.connected();
  }

  #closeSession(): void {
    this.#session?.close();
    this.#session = null;
  }

  /** Counts a local edit, and passes it to {@link SyncSession.addLocalUpdate}. */
  readonly #onDocUpdate = (update: Uint8Array, origin: unknown): void => {
    // The origin of a local edit may be null, and so may the copy.
    if (origin === this || (this.#offline && origin === this.#offline)) return;
    this.#syncState.addLocalChange();
    this.#session?.addLocalUpdate(update);
    this.#updateStatus();
  };

  /** Handles a frame from the service: updates, acknowledgements and others. */
  #onFrame(frame: Uint8Array): void {
    const session = this.#session;
    if (!session) return;
    try {
      const refusal = session.receive(frame);
      if (refusal) return this.#refuse(refusal.code, refusal.reason);
    } catch (error) {
      // The rest of the frame is lost, and acknowledgements are counted: only another connection
      // repairs that. The cause may be a proxy, or an observer of the document.
      this.#socket?.fail();
      if (error instanceof ProtocolError) return;
      throw error;
    }
    this.#transport.succeeded();
    this.#isOffline = false;
    this.#updateStatus();
    if (session.isSynced) this.#becomeSynced();
  }

  #onLost(code: number, reason: string): void {
    const isUnauthenticated = code === CloseCode.unauthenticated;
    this.#credentials.connectionClosed(isUnauthenticated ? reason : null);
    // Both kinds of codes come from the service: the transport works.
    const hasReachedService = this.#session?.hasReceived || asksToWait(code) || isUnauthenticated;
    if (!hasReachedService) this.#transport.failed();
    this.#closeSession();
    this.#isOffline = true;
    this.#awareness.disconnected();
    this.#updateStatus();
  }

  #refuse(code: number, reason: string): void {
    this.#refusal = { state: 'refused', code, reason };
    this.#socket?.stop();
    this.#onLost(code, reason);
  }

  #becomeSynced(): void {
    if (this.#wasSynced) return;
    this.#wasSynced = true;
    void this.#loadCode();
    this.dispatchEvent(new Event('synced'));
  }

  #updateStatus(): void {
    const { resumePoint, hasUnsaved } = this.#syncState;
    // The copy stores the point only with every update before it, so that resuming skips none.
    if (resumePoint.epoch !== '') {
      this.#offline?.storeResumePoint({ ...resumePoint, isDirty: hasUnsaved });
    }
    const status = this.#currentStatus();
    if (sameStatus(status, this.#status)) return;
    this.#status = status;
    this.dispatchEvent(new Event('status'));
  }

  #currentStatus(): ProviderStatus {
    const { hasUnsaved, unsavedChanges, readOnlyReason, isStorageFailing } = this.#syncState;
    if (this.#refusal) return this.#refusal;
    if (this.#isOffline) {
      const stored = this.#offline?.state.kind === 'stored';
      return { state: 'offline', unsent: unsavedChanges, stored };
    }
    if (!this.#session?.hasExchanged) {
      return { state: 'connecting', progress: this.#session?.progress ?? null };
    }
    if (readOnlyReason) return { state: 'read-only', reason: readOnlyReason };
    if (!hasUnsaved) return { state: 'saved' };
    return isStorageFailing ? { state: 'saving', isStorageFailing } : { state: 'saving' };
  }
}
