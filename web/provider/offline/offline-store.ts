import {
  type CopyHead,
  openDatabase,
  type RowKey,
  type Tables,
  transact,
} from './offline-database.ts';
import { Table } from './table.ts';

/** How many client ids are remembered; those of sessions longer ago have nothing unsent. */
const mostClients = 64;

/** What is written together: all of it, or nothing. */
export interface CopyChange {
  readonly updates: readonly Uint8Array[];
  readonly point: { readonly epoch: string; readonly version: number } | null;
  readonly isDirty: boolean;
  /** The client id that local changes among the updates were made under. */
  readonly client: number | null;
}

export interface StoredCopy {
  readonly head: CopyHead;
  readonly keys: readonly RowKey[];
  /** As they were found: whether they can be read, their reader will see. */
  readonly rows: readonly unknown[];
}

/** The copy was deleted, or begun anew, since this tab has read it. */
export class CopyDeletedError extends Error {}

/**
 * One document's rows, as one tab sees them. Every change is one transaction, and holds only while
 * the copy is still the one this tab has read: no tab brings back what another has deleted.
 */
export class OfflineStore {
  readonly #database: IDBDatabase;
  readonly #document: string;
  readonly #range: IDBKeyRange;
  readonly #tab = freshId();
  #count = 0;
  #id = '';
  /** The unsent changes of others that this tab has read: acknowledged together with its own. */
  #adopted: CopyHead['unsent'] = {};

  private constructor(database: IDBDatabase, document: string) {
    this.#database = database;
    this.#document = document;
    // An array sorts after every string, and so ends the rows of all tabs.
    this.#range = IDBKeyRange.bound([document], [document, []]);
  }

  static async open(document: string, lost: (reason: string) => void): Promise<OfflineStore> {
    return new OfflineStore(await openDatabase(lost), document);
  }

  /** Reads everything, and begins the copy where there is none. Called once, before any change. */
  read(): Promise<StoredCopy> {
    return transact(this.#database, async ({ documents, updates }) => {
      const [stored, keys, rows] = await Promise.all([
        documents.get(this.#document),
        updates.getAllKeys(this.#range),
        updates.getAll(this.#range),
      ]);
      const head = stored ??
        { id: freshId(), epoch: '', version: 0, clients: [], unsent: {} };
      if (!stored) await documents.put(head, this.#document);
      this.#id = head.id;
      this.#adopted = head.unsent;
      return { head, keys, rows };
    });
  }

  /** Adds updates, and what they bring the copy to. */
  append({ updates, point, isDirty, client }: CopyChange): Promise<void> {
    return transact(this.#database, async (tables) => {
      const head = await this.#sameHead(tables);
      const unsent = { ...head.unsent };
      if (isDirty) {
        unsent[this.#tab] = this.#count + updates.length;
      } else {
        delete unsent[this.#tab];
        for (const [tab, count] of Object.entries(this.#adopted)) {
          if (unsent[tab] === count) delete unsent[tab];
        }
      }
      // Of two tabs in one epoch the one that is further on is right: its rows are here too.
      const isBehind = point?.epoch === head.epoch && point.version < head.version;
      const clients = client === null || head.clients.includes(client)
        ? head.clients
        : [...head.clients, client].slice(-mostClients);
      await Promise.all([
        ...updates.map((update) => this.#putRow(tables, update)),
        tables.documents.put(
          { ...head, ...(isBehind ? null : point), clients, unsent },
          this.#document,
        ),
      ]);
    });
  }

  /** How many rows there are, of all tabs. */
  count(): Promise<number> {
    return new Table<RowKey, Uint8Array>(this.#database.transaction('updates'), 'updates')
      .count(this.#range);
  }

  /**
   * Puts one row in place of those that `merge` could read. In one transaction: what another tab
   * writes meanwhile waits, and is neither read nor deleted.
   */
  replace(
    merge: (rows: readonly unknown[]) => { merged: Uint8Array; damaged: ReadonlySet<number> },
  ): Promise<void> {
    return transact(this.#database, async (tables) => {
      const [keys, rows] = await Promise.all([
        tables.updates.getAllKeys(this.#range),
        tables.updates.getAll(this.#range),
        this.#sameHead(tables),
      ]);
      const { merged, damaged } = merge(rows);
      const read = keys.filter((_, index) => !damaged.has(index));
      await Promise.all([
        ...read.map((key) => tables.updates.delete(key)),
        this.#putRow(tables, merged),
      ]);
    });
  }

  /**
   * Takes out rows that cannot be read. What stays no longer reaches the version that was noted, so
   * that begins anew; other tabs that have the document open stop writing into the copy.
   */
  removeDamaged(damaged: readonly RowKey[]): Promise<void> {
    return transact(this.#database, async (tables) => {
      const id = freshId();
      const head = { ...await this.#sameHead(tables), id, epoch: '', version: 0 };
      await Promise.all([
        tables.documents.put(head, this.#document),
        ...damaged.map((key) => tables.updates.delete(key)),
      ]);
      this.#id = id;
    });
  }

  /**
   * Deletes the copy; with `sent`, only where no tab has changes in it that were not acknowledged.
   * Other tabs that have the document open stop writing into it. Answers whether it is gone.
   */
  delete(which: 'all' | 'sent'): Promise<boolean> {
    return transact(this.#database, async ({ documents, updates }) => {
      const head = await documents.get(this.#document);
      if (which === 'sent' && Object.keys(head?.unsent ?? {}).length > 0) return false;
      await Promise.all([documents.delete(this.#document), updates.delete(this.#range)]);
      return true;
    });
  }

  /** Lets what is under way end, and takes no more. */
  close(): void {
    this.#database.close();
  }

  async #sameHead({ documents }: Tables): Promise<CopyHead> {
    const head = await documents.get(this.#document);
    if (head?.id !== this.#id) {
      throw new CopyDeletedError('the copy was deleted or begun anew elsewhere');
    }
    return head;
  }

  #putRow({ updates }: Tables, update: Uint8Array): Promise<unknown> {
    // Copied: of a view, the whole buffer under it would be stored.
    return updates.put(update.slice(), [this.#document, this.#tab, ++this.#count]);
  }
}

/** Not `randomUUID`, which is missing on pages served over plain http. */
function freshId(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join('-');
}
