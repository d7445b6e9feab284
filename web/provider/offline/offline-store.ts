import type { ResumePoint } from '../sync/sync-state.ts';
import {
  type CopyHead,
  createdDatabases,
  type DatabaseEvents,
  openDatabase,
  type RowKey,
  Table,
  type Tables,
  transact,
} from './offline-database.ts';

/** The copy was deleted, or recreated, since this tab has read it. */
export class CopyDeletedError extends Error {}

/** Maximum number of client ids to store. Older sessions are assumed to have no unsaved changes left. */
const maxClients = 64;

/** Updates and metadata that are written in one transaction. */
export interface CopyChange {
  readonly updates: readonly Uint8Array[];
  /** The resume point that the copy reaches with these updates; null for no change. */
  readonly resumePoint: ResumePoint | null;
  readonly isDirty: boolean;
  /** The client id of the local changes among the updates; null without any. */
  readonly client: number | null;
}

/** Rows merged into one. */
export interface MergedRows {
  readonly merged: Uint8Array;
  /** The indices of rows that are damaged and stay. */
  readonly damaged: ReadonlySet<number>;
  /** Further client ids of this browser's text. */
  readonly clients: readonly number[];
}

export type MergeRows = (rows: readonly unknown[]) => MergedRows;

interface StoredCopy {
  readonly head: CopyHead;
  readonly keys: readonly RowKey[];
  /** Unchecked: they may be damaged. */
  readonly rows: readonly unknown[];
}

/**
 * The stored copy of one document, as one tab sees it. Every change is one transaction. It rejects with
 * {@link CopyDeletedError} if the copy is not the one that this tab has read, so no tab restores what
 * another has deleted.
 */
export class OfflineStore {
  #database: IDBDatabase;
  readonly #events: DatabaseEvents;
  readonly #document: string;
  readonly #range: IDBKeyRange;
  readonly #tab = randomId();
  #rowCount = 0;
  #copyId = '';
  /** Unsaved changes of other tabs that this tab has read: acknowledged together with its own. */
  #adopted: CopyHead['unsent'] = {};

  private constructor(database: IDBDatabase, document: string, events: DatabaseEvents) {
    this.#database = database;
    this.#events = events;
    this.#document = document;
    this.#range = rowsOf(document);
  }

  static async open(document: string, events: DatabaseEvents): Promise<OfflineStore> {
    return new OfflineStore(await openDatabase(events), document, events);
  }

  /**
   * Opens the database again after its connection was lost. If the browser has deleted the whole
   * database, the copy exists again, but without updates.
   */
  async reopen(): Promise<void> {
    this.#database.close();
    this.#database = await openDatabase(this.#events);
    if (!createdDatabases.has(this.#database)) return;
    const head = { id: this.#copyId, epoch: '', version: 0, clients: [], unsent: {} };
    await transact(this.#database, ({ documents }) => documents.put(head, this.#document));
  }

  /** Reads the copy, or creates it. Must be called once, before any change. */
  read(): Promise<StoredCopy> {
    return transact(this.#database, async ({ documents, updates }) => {
      const [stored, keys, rows] = await Promise.all([
        documents.get(this.#document),
        updates.getAllKeys(this.#range),
        updates.getAll(this.#range),
      ]);
      const head = stored ?? { id: randomId(), epoch: '', version: 0, clients: [], unsent: {} };
      if (!stored) await documents.put(head, this.#document);
      this.#copyId = head.id;
      this.#adopted = head.unsent;
      return { head, keys, rows };
    });
  }

  append({ updates, resumePoint, isDirty, client }: CopyChange): Promise<void> {
    return transact(this.#database, async (tables) => {
      const head = await this.#currentHead(tables);
      // Another tab may be ahead in the same epoch: its updates are in the copy, too.
      const isBehind = resumePoint?.epoch === head.epoch && resumePoint.version < head.version;
      const changed: CopyHead = {
        ...withClients(head, client === null ? [] : [client]),
        ...(isBehind ? null : resumePoint),
        unsent: this.#unsentAfter(head.unsent, isDirty ? updates.length : null),
      };
      await Promise.all([
        ...updates.map((update) => this.#putRow(tables, update)),
        tables.documents.put(changed, this.#document),
      ]);
    });
  }

  /** The number of rows, of all tabs. */
  count(): Promise<number> {
    return new Table<RowKey, Uint8Array>(this.#database.transaction('updates'), 'updates')
      .count(this.#range);
  }

  /**
   * Replaces every row that `merge` could read by one. In one transaction: the write of another tab
   * waits, and its row is neither read nor deleted.
   */
  replace(merge: MergeRows): Promise<void> {
    return transact(this.#database, async (tables) => {
      const [keys, rows, head] = await Promise.all([
        tables.updates.getAllKeys(this.#range),
        tables.updates.getAll(this.#range),
        this.#currentHead(tables),
      ]);
      const { merged, damaged, clients } = merge(rows);
      const replaced = keys.filter((_, index) => !damaged.has(index));
      await Promise.all([
        ...replaced.map((key) => tables.updates.delete(key)),
        this.#putRow(tables, merged),
        tables.documents.put(withClients(head, clients), this.#document),
      ]);
    });
  }

  /**
   * Deletes damaged rows and the resume point, which the other rows no longer reach. Other tabs with
   * this document stop writing into the copy.
   */
  removeDamaged(keys: readonly RowKey[]): Promise<void> {
    return transact(this.#database, async (tables) => {
      const id = randomId();
      const head = { ...await this.#currentHead(tables), id, epoch: '', version: 0 };
      await Promise.all([
        tables.documents.put(head, this.#document),
        ...keys.map((key) => tables.updates.delete(key)),
      ]);
      this.#copyId = id;
    });
  }

  /** Closes the database after the current transactions. */
  close(): void {
    this.#database.close();
  }

  /** `added`: the number of rows this tab adds with unsaved changes; null if it has none. */
  #unsentAfter(unsent: CopyHead['unsent'], added: number | null): CopyHead['unsent'] {
    if (added !== null) return { ...unsent, [this.#tab]: this.#rowCount + added };
    const isAcknowledged = (tab: string, count: number) =>
      tab === this.#tab || this.#adopted[tab] === count;
    return Object.fromEntries(
      Object.entries(unsent).filter(([tab, count]) => !isAcknowledged(tab, count)),
    );
  }

  async #currentHead({ documents }: Tables): Promise<CopyHead> {
    const head = await documents.get(this.#document);
    if (head?.id !== this.#copyId) {
      throw new CopyDeletedError('Cannot write the copy: another tab has deleted or recreated it');
    }
    return head;
  }

  #putRow({ updates }: Tables, update: Uint8Array): Promise<unknown> {
    // IndexedDB stores the whole buffer under a view, hence the copy.
    return updates.put(update.slice(), [this.#document, this.#tab, ++this.#rowCount]);
  }
}

/** The keys of the updates of a document, of all tabs. */
export function rowsOf(document: string): IDBKeyRange {
  // IndexedDB sorts arrays after strings, so [] follows the rows of every tab.
  return IDBKeyRange.bound([document], [document, []]);
}

function withClients(head: CopyHead, added: readonly number[]): CopyHead {
  return { ...head, clients: [...new Set([...head.clients, ...added])].slice(-maxClients) };
}

/** `crypto.randomUUID` is missing on pages served over plain HTTP. */
function randomId(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join('-');
}
