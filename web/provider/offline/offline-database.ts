import { answerTo, endOf, Table } from './table.ts';

/** How long the browser may take to open its database, in milliseconds. Some have hung for ever. */
const openTimeout = 10_000;

/** What there is to know about a document's copy, apart from its updates. */
export interface CopyHead {
  /** Names this copy: deleted and begun anew, or found damaged, it has another. */
  readonly id: string;
  /** Where the next session may resume: the updates stored hold everything up to it. */
  readonly epoch: string;
  readonly version: number;
  /** The client ids this browser wrote under, the latest last. */
  readonly clients: readonly number[];
  /**
   * Which tabs have local changes that the service has not acknowledged, and how many rows each had
   * written when it last said so. Unchanged, there is nothing of it that a later reader has not read.
   */
  readonly unsent: { readonly [tab: string]: number };
}

/** A row is an update. Each tab counts its own rows, so that no two ever write the same one. */
export type RowKey = [document: string, tab: string, count: number];

export interface Tables {
  readonly documents: Table<string, CopyHead>;
  readonly updates: Table<RowKey, Uint8Array>;
}

/**
 * Opens the one database of this origin. `lost` is called when it is taken away later: deleted by
 * the browser, or wanted by a newer version of the page in another tab. Then close it: kept open, it
 * would hold the other up.
 */
export function openDatabase(lost: (reason: string) => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    let isLate = false;
    // It waits for other tabs, too: for those that hold an older version, or that delete it.
    const timer = setTimeout(() => {
      isLate = true;
      reject(new DOMException('the database does not open', 'TimeoutError'));
    }, openTimeout);
    const request = indexedDB.open('edgepad', 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('documents');
      request.result.createObjectStore('updates');
    };
    answerTo(request).then((database) => {
      database.onversionchange = () => lost('Another tab needs the store: reload this page');
      database.onclose = () => lost('The browser has deleted what was kept');
      if (isLate) database.close();
      else resolve(database);
    }, reject).finally(() => clearTimeout(timer));
  });
}

/** Runs `work` in one transaction, and resolves when what it wrote is durable. */
export async function transact<T>(
  database: IDBDatabase,
  work: (tables: Tables) => Promise<T>,
): Promise<T> {
  // Strict: else the browser reports "complete" as soon as the system has the bytes, and a power cut
  // right after "kept on this device" would take them.
  const transaction = database.transaction(['documents', 'updates'], 'readwrite', {
    durability: 'strict',
  });
  const [result, done] = await Promise.allSettled([
    work({
      documents: new Table(transaction, 'documents'),
      updates: new Table(transaction, 'updates'),
    }),
    endOf(transaction),
  ]);
  if (result.status === 'fulfilled' && done.status === 'fulfilled') return result.value;
  // Either of them may know no more than that the transaction was aborted.
  const reasons: unknown[] = [result, done].flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason] : []
  );
  throw reasons.find((reason) => !isAbort(reason)) ?? reasons[0];
}

function isAbort(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === 'AbortError';
}
