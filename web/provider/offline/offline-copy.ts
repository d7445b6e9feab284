import * as Y from 'yjs';
import { applyStoredUpdates, mergeStoredUpdates } from './stored-updates.ts';
import { failureReason } from './offline-failure.ts';
import { type CopyChange, OfflineStore } from './offline-store.ts';
import { persistStorage } from './persist-storage.ts';

/** How long what came from others may wait to be written, in milliseconds: the service has it too. */
const gatherFor = 300;
/** From so many rows on they are merged into one. */
const mostRows = 500;
/** Changes unsent for so long are, for the time being, on this device alone (milliseconds). */
const aloneAfter = 5_000;

/** `failed` is final: nothing more is written, and `reason` is a sentence that says why. */
export type OfflineCopyState =
  | { readonly kind: 'opening' }
  /** Every update of the document is durably in the store. */
  | { readonly kind: 'stored' }
  | { readonly kind: 'writing' }
  | { readonly kind: 'failed'; readonly reason: string };

/** Up to where the service's updates are in the copy, and whether it holds local ones not yet sent. */
export interface StoredResumePoint {
  readonly epoch: string;
  readonly version: number;
  readonly isDirty: boolean;
}

/** Epoch `''` and version 0: nothing is known, as for a stranger. */
export interface LoadedCopy extends StoredResumePoint {
  /** The client ids this browser wrote under, the latest last. */
  readonly clients: readonly number[];
  /** How many stored updates could not be read and were left out. */
  readonly damaged: number;
}

/** A document's copy on this device. Event: `change`, when {@link state} does. */
export interface OfflineCopy extends EventTarget {
  readonly state: OfflineCopyState;
  /**
   * Resolves when what was stored has been applied to the document, with this object as origin, or
   * when there is no store to read. Never rejects.
   */
  readonly loaded: Promise<LoadedCopy>;
  /**
   * Remembers where the next session may resume. It is written with or after every update the
   * document has had until now, so it may also be called within a transaction of the document.
   */
  storeResumePoint(point: StoredResumePoint): void;
  /** Resolves when everything so far is durably in the store, or when the copy has failed. */
  flush(): Promise<void>;
  /** Stops following the document. What is there already is still written. */
  close(): void;
  /**
   * Deletes the copy, after which no tab writes into it again; with `sent`, only where the service has
   * acknowledged all that is in it. Answers whether it is gone.
   */
  delete(which?: 'all' | 'sent'): Promise<boolean>;
}

/**
 * Opens a document's copy on this device, and keeps in it whatever happens to the document from now
 * on. Several tabs share one copy; what they write reaches each other over the network, and through
 * the store only when they open. `name` must tell apart all documents of this origin.
 */
export function openOfflineCopy(name: string, doc: Y.Doc): OfflineCopy {
  return new StoredDocument(name, doc);
}

class StoredDocument extends EventTarget implements OfflineCopy {
  readonly loaded: Promise<LoadedCopy>;
  readonly #name: string;
  readonly #doc: Y.Doc;
  /** Null until it has been read, and after the copy has failed. */
  #store: OfflineStore | null = null;
  #state: OfflineCopyState = { kind: 'opening' };
  #updates: Uint8Array[] = [];
  #point: CopyChange['point'] = null;
  #isDirty = false;
  #client: number | null = null;
  /** Whether there is a note to be written, with updates or without. */
  #isNoted = false;
  /** How many rows there are, as far as this tab knows. */
  #rows = 0;
  #writing: Promise<void> | null = null;
  #gathering: ReturnType<typeof setTimeout> | undefined;
  #alone: ReturnType<typeof setTimeout> | undefined;

  constructor(name: string, doc: Y.Doc) {
    super();
    this.#name = name;
    this.#doc = doc;
    if (doc.store.clients.size > 0) {
      this.#updates.push(Y.encodeStateAsUpdate(doc));
      this.#setDirty(true);
    }
    doc.on('update', this.#updated);
    doc.on('destroy', this.#destroyed);
    globalThis.document?.addEventListener('visibilitychange', this.#hidden);
    this.loaded = this.#load();
  }

  get state(): OfflineCopyState {
    return this.#state;
  }

  storeResumePoint({ epoch, version, isDirty }: StoredResumePoint): void {
    if (this.#state.kind === 'failed') return;
    const known = this.#point;
    // Told again with each change of status: nothing to write.
    if (known?.epoch === epoch && known.version === version && this.#isDirty === isDirty) return;
    this.#point = { epoch, version };
    this.#setDirty(isDirty);
    this.#isNoted = true;
    this.#writeSoon();
  }

  async flush(): Promise<void> {
    await this.loaded;
    await this.#write();
  }

  close(): void {
    this.#detach();
    this.flush().then(() => this.#store?.close());
  }

  async delete(which: 'all' | 'sent' = 'all'): Promise<boolean> {
    await this.flush();
    // Opened anew: the connection that was there may have been lost.
    const store = await OfflineStore.open(this.#name, () => {});
    const isGone = await store.delete(which).finally(() => store.close());
    if (isGone) this.#fail('The copy was removed');
    return isGone;
  }

  async #load(): Promise<LoadedCopy> {
    let store: OfflineStore | null = null;
    try {
      // Absent, or hidden from the page, in some private windows and sandboxes.
      if (!globalThis.indexedDB) throw new DOMException('no IndexedDB', 'NotSupportedError');
      store = await OfflineStore.open(this.#name, (reason) => this.#fail(reason));
      const { head, keys, rows } = await store.read();
      const damaged = applyStoredUpdates(this.#doc, rows, this);
      if (damaged.size > 0) {
        await store.removeDamaged(keys.filter((_, index) => damaged.has(index)));
      }
      const isWhole = damaged.size === 0;
      const isDirty = !isWhole || Object.keys(head.unsent).length > 0;
      if (isDirty) this.#setDirty(true);
      this.#rows = rows.length;
      if (this.#state.kind === 'failed') {
        // Taken away while it was read.
        store.close();
      } else {
        this.#store = store;
        this.#setState({ kind: 'writing' });
        this.#write();
      }
      return {
        epoch: isWhole ? head.epoch : '',
        version: isWhole ? head.version : 0,
        isDirty,
        clients: head.clients,
        damaged: damaged.size,
      };
    } catch (error) {
      store?.close();
      this.#fail(failureReason(error));
      return { epoch: '', version: 0, isDirty: false, clients: [], damaged: 0 };
    }
  }

  readonly #updated = (
    update: Uint8Array,
    origin: unknown,
    _doc: Y.Doc,
    { local }: Y.Transaction,
  ): void => {
    if (origin === this) return;
    this.#updates.push(update);
    if (local) {
      // Also before the provider says so: taken for sent, they would never be after a reload.
      this.#setDirty(true);
      this.#client = this.#doc.clientID;
    }
    if (!this.#store) return;
    this.#setState({ kind: 'writing' });
    if (local) this.#write();
    else this.#writeSoon();
  };

  readonly #hidden = (): void => {
    if (document.visibilityState === 'hidden') this.#write();
  };

  readonly #destroyed = (): void => this.close();

  #setDirty(isDirty: boolean): void {
    if (isDirty && !this.#isDirty) this.#alone = setTimeout(persistStorage, aloneAfter);
    if (!isDirty) clearTimeout(this.#alone);
    this.#isDirty = isDirty;
  }

  #writeSoon(): void {
    this.#gathering ??= setTimeout(() => this.#write(), gatherFor);
  }

  /** Writes what there is and what comes meanwhile, one change after the other. */
  #write(): Promise<void> {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    return this.#writing ??= this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    // Never in the midst of a transaction of the document: a note made there tells of updates that
    // Yjs hands out only at its end.
    await null;
    try {
      // Never two at a time: the second could succeed and the first fail, and its note would be false.
      while (this.#store && (this.#updates.length > 0 || this.#isNoted)) {
        const change = this.#takeChange();
        await this.#store.append(change);
        this.#rows += change.updates.length;
        if (this.#rows >= mostRows) await this.#trim(this.#store);
      }
    } catch (error) {
      this.#fail(failureReason(error));
    }
    this.#writing = null;
    if (this.#store) this.#setState({ kind: 'stored' });
  }

  #takeChange(): CopyChange {
    const change: CopyChange = {
      updates: this.#updates,
      point: this.#point,
      isDirty: this.#isDirty,
      client: this.#client,
    };
    this.#updates = [];
    this.#isNoted = false;
    return change;
  }

  /** Makes one row of all, unless another tab is at it or has just done so. */
  async #trim(store: OfflineStore): Promise<void> {
    this.#rows = await store.count();
    if (this.#rows < mostRows) return;
    const merge = async () => {
      await store.replace(mergeStoredUpdates);
      this.#rows = 1;
    };
    try {
      // The lock spares two tabs the same work. Where there is none (plain http), the transaction
      // alone still keeps every row.
      if (!navigator.locks) return await merge();
      await navigator.locks.request(
        `edgepad copy ${this.#name}`,
        { ifAvailable: true },
        (lock) => lock && merge(),
      );
    } catch (error) {
      if (!(error instanceof DOMException && error.name === 'QuotaExceededError')) throw error;
      // No space for both, the rows and what they make. They stay, and it is tried again later.
      this.#rows = 0;
    }
  }

  #setState(state: OfflineCopyState): void {
    if (this.#state.kind === 'failed' || this.#state.kind === state.kind) return;
    this.#state = state;
    this.dispatchEvent(new Event('change'));
  }

  #fail(reason: string): void {
    this.#detach();
    this.#store?.close();
    this.#store = null;
    this.#updates = [];
    this.#setState({ kind: 'failed', reason });
  }

  #detach(): void {
    clearTimeout(this.#gathering);
    clearTimeout(this.#alone);
    this.#doc.off('update', this.#updated);
    this.#doc.off('destroy', this.#destroyed);
    globalThis.document?.removeEventListener('visibilitychange', this.#hidden);
  }
}
