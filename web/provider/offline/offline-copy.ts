import * as Y from 'yjs';
import { forkOrigin } from '../sync/repeated-structs.ts';
import type { ResumePoint } from '../sync/sync-state.ts';
import { type CopyChange, type MergeRows, OfflineStore } from './offline-store.ts';
import { lazyOffline, maxRows, merge, persist } from './rare-work.ts';
import { applyStoredUpdates } from './stored-updates.ts';

/** How long the write of remote updates may wait, in milliseconds. The service has them, too. */
const remoteWriteDelay = 300;
/** Local changes that stay unsaved for this long request persistent storage, in milliseconds. */
const persistAfter = 5_000;

/** `failed` is final: nothing more is written. `reason` is a sentence without a full stop. */
export type OfflineCopyState =
  | { readonly kind: 'opening' }
  /** Every update of the document is durably stored. */
  | { readonly kind: 'stored' }
  | { readonly kind: 'writing' }
  | { readonly kind: 'failed'; readonly reason: string };

/** A resume point, and whether the copy holds local changes that the service has not acknowledged. */
interface StoredResumePoint extends ResumePoint {
  readonly isDirty: boolean;
}

/** The copy as it was loaded. Epoch `''` and version 0 without a resume point. */
export interface LoadedCopy extends StoredResumePoint {
  /** The client ids that this browser has written with, the latest last. */
  readonly clients: readonly number[];
  /** The number of damaged updates, which were skipped. */
  readonly damaged: number;
}

/** A document's copy on this device. Event: `change`, when {@link state} changes. */
export interface OfflineCopy extends EventTarget {
  readonly state: OfflineCopyState;
  /**
   * Resolves when the stored updates are in the document, with this object as their origin, or when
   * the copy has failed. Never rejects.
   */
  readonly loaded: Promise<LoadedCopy>;
  /** Stores where the next session resumes. May be called within a transaction of the document. */
  storeResumePoint(point: StoredResumePoint): void;
  /** Resolves when every update so far is durably stored, or when the copy has failed. */
  flush(): Promise<void>;
  /**
   * Replaces what is stored, after writing every update so far and before any resume point that follows.
   * The document has had the change, with {@link forkOrigin}.
   */
  rewrite(merge: MergeRows): void;
  /** Stops following the document, after writing every update so far. */
  close(): void;
  /**
   * Deletes the copy; with `saved`, only if the service has acknowledged everything in it. No tab
   * writes into it again. Resolves to whether it was deleted. Rejects with a `DOMException`, or with a
   * `TypeError` if its code cannot be loaded.
   */
  delete(which?: 'all' | 'saved'): Promise<boolean>;
}

/**
 * Opens a document's copy on this device and stores every update of the document from then on. Tabs
 * share a copy; their updates reach each other over the network, and through the copy only when they
 * open. `name` must be unique among the documents of this origin.
 */
export function openOfflineCopy(name: string, doc: Y.Doc): OfflineCopy {
  return new IndexedDbCopy(name, doc);
}

class IndexedDbCopy extends EventTarget implements OfflineCopy {
  readonly loaded: Promise<LoadedCopy>;
  readonly #name: string;
  readonly #doc: Y.Doc;
  /** Null until the copy is loaded, and after it has failed. */
  #store: OfflineStore | null = null;
  #state: OfflineCopyState = { kind: 'opening' };
  /** Updates to write. */
  #updates: Uint8Array[] = [];
  #rewrites: MergeRows[] = [];
  #resumePoint: ResumePoint | null = null;
  #isDirty = false;
  #client: number | null = null;
  /** Whether the metadata has to be written, with updates or without. */
  #hasNewHead = false;
  /** The number of rows, as far as this tab knows. */
  #rows = 0;
  #writing: Promise<void> | null = null;
  #writeTimer: ReturnType<typeof setTimeout> | undefined;
  #persistTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(name: string, doc: Y.Doc) {
    super();
    this.#name = name;
    this.#doc = doc;
    if (doc.store.clients.size > 0) {
      this.#updates.push(Y.encodeStateAsUpdate(doc));
      this.#setDirty(true);
    }
    doc.on('update', this.#onUpdate);
    doc.on('destroy', this.#onDestroy);
    globalThis.document?.addEventListener('visibilitychange', this.#onVisibilityChange);
    this.loaded = this.#load();
  }

  get state(): OfflineCopyState {
    return this.#state;
  }

  storeResumePoint({ epoch, version, isDirty }: StoredResumePoint): void {
    if (this.#state.kind === 'failed') return;
    const last = this.#resumePoint;
    if (last?.epoch === epoch && last.version === version && this.#isDirty === isDirty) return;
    this.#resumePoint = { epoch, version };
    this.#setDirty(isDirty);
    this.#hasNewHead = true;
    this.#writeLater();
  }

  async flush(): Promise<void> {
    await this.loaded;
    await this.#write();
  }

  rewrite(merge: MergeRows): void {
    this.#rewrites.push(merge);
    if (this.#store) void this.#write();
  }

  close(): void {
    this.#detach();
    void this.flush().then(() => this.#store?.close());
  }

  async delete(which: 'all' | 'saved' = 'all'): Promise<boolean> {
    await this.flush();
    const { deleteCopy } = await import('./lazy-offline.ts');
    const isDeleted = await deleteCopy(this.#name, which);
    if (isDeleted) this.#fail('The copy was deleted');
    return isDeleted;
  }

  async #load(): Promise<LoadedCopy> {
    let store: OfflineStore | null = null;
    try {
      // Missing in some private windows and sandboxes.
      if (!globalThis.indexedDB) throw new DOMException('No IndexedDB', 'NotSupportedError');
      store = await OfflineStore.open(this.#name, {
        onOutdated: (reason) => this.#fail(reason),
        onClosed: () => {
          // The write finds that it is closed, and opens it again.
          this.#hasNewHead = true;
          if (this.#store) void this.#write();
        },
      });
      const { head, keys, rows } = await store.read();
      const damaged = applyStoredUpdates(this.#doc, rows, this);
      if (damaged.size > 0) {
        await store.removeDamaged(keys.filter((_, index) => damaged.has(index)));
      }
      const isComplete = damaged.size === 0;
      const isDirty = !isComplete || Object.keys(head.unsent).length > 0;
      if (isDirty) this.#setDirty(true);
      this.#rows = rows.length;
      this.#startWriting(store);
      return {
        epoch: isComplete ? head.epoch : '',
        version: isComplete ? head.version : 0,
        isDirty,
        clients: head.clients,
        damaged: damaged.size,
      };
    } catch (error) {
      store?.close();
      await this.#failWith(error);
      return { epoch: '', version: 0, isDirty: false, clients: [], damaged: 0 };
    }
  }

  #startWriting(store: OfflineStore): void {
    // The database may have been lost while the copy was read.
    if (this.#state.kind === 'failed') return store.close();
    this.#store = store;
    this.#setState({ kind: 'writing' });
    void this.#write();
  }

  readonly #onUpdate = (
    update: Uint8Array,
    origin: unknown,
    _doc: Y.Doc,
    { local }: Y.Transaction,
  ): void => {
    if (origin === this || origin === forkOrigin) return;
    this.#updates.push(update);
    if (local) {
      // Set before the provider reports it: after a crash in between, the change would never be sent.
      this.#setDirty(true);
      this.#client = this.#doc.clientID;
    }
    if (!this.#store) return;
    this.#setState({ kind: 'writing' });
    if (local) void this.#write();
    else this.#writeLater();
  };

  readonly #onVisibilityChange = (): void => {
    if (document.visibilityState === 'hidden') void this.#write();
  };
  readonly #onDestroy = (): void => this.close();

  #setDirty(isDirty: boolean): void {
    if (isDirty && !this.#isDirty) this.#persistTimer = setTimeout(persist, persistAfter);
    if (!isDirty) clearTimeout(this.#persistTimer);
    this.#isDirty = isDirty;
  }

  #writeLater(): void {
    this.#writeTimer ??= setTimeout(() => void this.#write(), remoteWriteDelay);
  }

  /** Writes every change so far, and those that arrive in the meantime. */
  #write(): Promise<void> {
    clearTimeout(this.#writeTimer);
    this.#writeTimer = undefined;
    return this.#writing ??= this.#writeChanges();
  }

  async #writeChanges(): Promise<void> {
    // Not within a transaction of the document, whose resume point includes updates that Yjs emits later.
    await null;
    for (let attempts = 0; this.#store;) {
      try {
        await this.#writeAll(this.#store);
        break;
      } catch (error) {
        const lazy = await lazyOffline();
        if (this.#store && lazy?.canReopen(error, attempts)) {
          // Everything again: the browser may have lost what was stored.
          this.#updates = [Y.encodeStateAsUpdate(this.#doc)];
          this.#hasNewHead = true;
          await lazy.reopenStore(this.#store, attempts++).catch(() => {});
        } else await this.#failWith(error);
      }
    }
    this.#writing = null;
    if (this.#store) this.#setState({ kind: 'stored' });
  }

  async #writeAll(store: OfflineStore): Promise<void> {
    // One change at a time: if the first failed and the second did not, the resume point would be wrong.
    while (this.#store && (this.#updates.length + this.#rewrites.length > 0 || this.#hasNewHead)) {
      const change = this.#takeChange();
      const rewrites = [...this.#rewrites];
      await store.append(change);
      for (const rewrite of rewrites) {
        await store.replace(rewrite).then(() => this.#rewrites.shift());
      }
      this.#rows += change.updates.length;
      if (this.#rows >= maxRows) this.#rows = await merge(store, this.#name);
    }
  }

  #takeChange(): CopyChange {
    const change: CopyChange = {
      updates: this.#updates,
      resumePoint: this.#resumePoint,
      isDirty: this.#isDirty,
      client: this.#client,
    };
    this.#updates = [];
    this.#hasNewHead = false;
    return change;
  }

  #setState(state: OfflineCopyState): void {
    if (this.#state.kind === 'failed' || this.#state.kind === state.kind) return;
    this.#state = state;
    this.dispatchEvent(new Event('change'));
  }

  async #failWith(error: unknown): Promise<void> {
    this.#fail((await lazyOffline())?.failureReason(error) ?? String(error));
  }

  #fail(reason: string): void {
    this.#detach();
    this.#store?.close();
    this.#store = null;
    this.#updates = [];
    this.#setState({ kind: 'failed', reason });
  }

  #detach(): void {
    clearTimeout(this.#writeTimer);
    clearTimeout(this.#persistTimer);
    this.#doc.off('update', this.#onUpdate);
    this.#doc.off('destroy', this.#onDestroy);
    globalThis.document?.removeEventListener('visibilitychange', this.#onVisibilityChange);
  }
}
