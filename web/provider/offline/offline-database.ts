/** How long the browser may take to open the database, in milliseconds. Some never answer. */
const openTimeout = 10_000;

/** The stored metadata of a document's copy. Its field names are part of the format on devices. */
export interface CopyHead {
  /** Identifies this copy. A copy that was deleted and recreated, or repaired, has another id. */
  readonly id: string;
  /** The resume point: the stored updates include every update up to it. */
  readonly epoch: string;
  readonly version: number;
  /** The client ids that this browser has written with, the latest last. */
  readonly clients: readonly number[];
  /**
   * The tabs with local changes that the service has not acknowledged, and the row count of each when
   * it stored that. If the count is unchanged, a tab that has read the copy since has all of them.
   */
  readonly unsent: { readonly [tab: string]: number };
}

/** The key of an update. Each tab counts its own rows, so no two tabs write the same key. */
export type RowKey = [document: string, tab: string, count: number];

export interface Tables {
  readonly documents: Table<string, CopyHead>;
  readonly updates: Table<RowKey, Uint8Array>;
}

/** What happens to an open database. */
export interface DatabaseEvents {
  /** A newer version of the page in another tab needs it. The caller must close it, or the tab waits. */
  onOutdated(reason: string): void;
  /** The browser has closed it, for example because it has deleted it. */
  onClosed(): void;
}

/** The databases that did not exist before they were opened. */
export const createdDatabases = new WeakSet<IDBDatabase>();

/** Opens the database of this origin. Rejects with a `DOMException`. */
export function openDatabase(events: DatabaseEvents): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    let isLate = false;
    // Opening waits for tabs that have an older version open, or that delete the database.
    const timer = setTimeout(() => {
      isLate = true;
      reject(new DOMException('The database does not open', 'TimeoutError'));
    }, openTimeout);
    const request = indexedDB.open('edgepad', 1);
    request.onupgradeneeded = () => {
      createdDatabases.add(request.result);
      request.result.createObjectStore('documents');
      request.result.createObjectStore('updates');
    };
    resultOf(request).then((database) => {
      database.onversionchange = () =>
        events.onOutdated('Another tab uses a newer version of this page. Reload this page');
      database.onclose = () => events.onClosed();
      if (isLate) database.close();
      else resolve(database);
    }, reject).finally(() => clearTimeout(timer));
  });
}

/** Runs `work` in one transaction. Resolves when everything it wrote is durable. */
export async function transact<T>(
  database: IDBDatabase,
  work: (tables: Tables) => Promise<T>,
): Promise<T> {
  // Without `strict`, the browser completes a transaction before the data is on disk, and a power
  // failure could take what the page has called stored.
  const transaction = database.transaction(['documents', 'updates'], 'readwrite', {
    durability: 'strict',
  });
  const [result, completion] = await Promise.allSettled([
    work({
      documents: new Table(transaction, 'documents'),
      updates: new Table(transaction, 'updates'),
    }),
    completionOf(transaction),
  ]);
  if (result.status === 'fulfilled' && completion.status === 'fulfilled') return result.value;
  // Either reason may say only that the transaction was aborted; the other one says why.
  const reasons: unknown[] = [result, completion].flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason] : []
  );
  throw reasons.find((reason) => !isAbort(reason)) ?? reasons[0];
}

/** An object store within a transaction, with promises instead of events. */
export class Table<Key extends IDBValidKey, Value> {
  readonly #store: IDBObjectStore;

  constructor(transaction: IDBTransaction, name: string) {
    this.#store = transaction.objectStore(name);
  }

  get(key: Key): Promise<Value | undefined> {
    return resultOf(this.#store.get(key));
  }

  getAll(range: IDBKeyRange): Promise<Value[]> {
    return resultOf(this.#store.getAll(range));
  }

  async getAllKeys(range: IDBKeyRange): Promise<Key[]> {
    return await resultOf(this.#store.getAllKeys(range)) as Key[];
  }

  count(range: IDBKeyRange): Promise<number> {
    return resultOf(this.#store.count(range));
  }

  async put(value: Value, key: Key): Promise<void> {
    await resultOf(this.#store.put(value, key));
  }

  delete(key: Key | IDBKeyRange): Promise<void> {
    return resultOf(this.#store.delete(key));
  }
}

/**
 * The result of a request. The caller may make the next request of the transaction directly after
 * awaiting this, but not after awaiting anything else: the transaction has ended by then.
 */
function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? abortError());
  });
}

function completionOf(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    // A failed request aborts the transaction, too.
    transaction.onabort = () => reject(transaction.error ?? abortError());
  });
}

function abortError(): DOMException {
  return new DOMException('The transaction was aborted', 'AbortError');
}

function isAbort(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === 'AbortError';
}
