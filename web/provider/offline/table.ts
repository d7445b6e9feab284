/** An object store within a transaction, with promises for answers. */
export class Table<Key extends IDBValidKey, Value> {
  readonly #store: IDBObjectStore;

  constructor(transaction: IDBTransaction, name: string) {
    this.#store = transaction.objectStore(name);
  }

  get(key: Key): Promise<Value | undefined> {
    return answerTo(this.#store.get(key));
  }

  getAll(range: IDBKeyRange): Promise<Value[]> {
    return answerTo(this.#store.getAll(range));
  }

  async getAllKeys(range: IDBKeyRange): Promise<Key[]> {
    return await answerTo(this.#store.getAllKeys(range)) as Key[];
  }

  count(range: IDBKeyRange): Promise<number> {
    return answerTo(this.#store.count(range));
  }

  async put(value: Value, key: Key): Promise<void> {
    await answerTo(this.#store.put(value, key));
  }

  delete(key: Key | IDBKeyRange): Promise<void> {
    return answerTo(this.#store.delete(key));
  }
}

/**
 * What a request answers. Whoever awaits it may make the next request of the transaction at once, but
 * not after awaiting anything else: by then the transaction has ended.
 */
export function answerTo<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? abort());
  });
}

/** Resolves when what a transaction wrote is there as durably as was asked for. */
export function endOf(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    // Also after a request that failed: nobody prevents that from ending it.
    transaction.onabort = () => reject(transaction.error ?? abort());
  });
}

function abort(): DOMException {
  return new DOMException('the transaction was aborted', 'AbortError');
}
