import { DenoDocument, type DocumentContext } from './document.ts';
import { fileNameOf } from './file-name.ts';

/** From this number of open documents on, opening one closes idle ones. */
const maxIdle = 64;
/** How long an unused document stays open, in milliseconds. */
const idleTimeout = 30_000;
/**
 * The work of all loaded documents (see `UpdateLog.work`) from which the least recently used ones are
 * freed: about 300 MiB of memory.
 */
const maxLoadedWork = 16 * 1024 * 1024;
/** How often idle documents are looked for, in milliseconds. */
const sweepInterval = 10_000;

/**
 * The documents of a folder. An open one costs memory and two file descriptors, so idle ones are
 * closed after {@link idleTimeout}, or earlier when many documents are opened.
 */
export class Documents {
  readonly #folder: string;
  readonly #context: DocumentContext;
  /** Least recently used first. */
  readonly #open = new Map<string, DenoDocument>();
  readonly #sweeping: ReturnType<typeof setInterval>;

  constructor(folder: string, context: DocumentContext) {
    this.#folder = folder;
    this.#context = context;
    this.#sweeping = setInterval(() => this.#closeUnused(), sweepInterval);
  }

  /**
   * Opens the document of this name; a file is created with its first write. Do not keep the result
   * after the current turn: an idle document may be closed.
   */
  get(name: string): DenoDocument {
    let document = this.#open.get(name);
    if (document) {
      this.#open.delete(name);
    } else {
      this.#makeRoom();
      this.#freeLoaded();
      document = new DenoDocument(name, `${this.#folder}/${fileNameOf(name)}`, this.#context);
      this.#context.metrics.count('documents_opened');
    }
    this.#open.set(name, document);
    return document;
  }

  /** The open documents. */
  [Symbol.iterator](): Iterator<DenoDocument> {
    return this.#open.values();
  }

  /** Closes all documents when the service stops. */
  close(): void {
    clearInterval(this.#sweeping);
    for (const document of this.#open.values()) document.close();
    this.#open.clear();
  }

  /** Closes up to two idle documents among the eight least recently used. */
  #makeRoom(): void {
    if (this.#open.size < maxIdle) return;
    let closed = 0;
    let checked = 0;
    for (const [name, document] of this.#open) {
      this.#open.delete(name);
      if (document.isIdle) {
        document.close();
        closed += 1;
      } else {
        // Moved to the end, so that the next call checks others.
        this.#open.set(name, document);
      }
      checked += 1;
      if (closed === 2 || checked === 8) return;
    }
  }

  /** Frees the least recently used documents while all take too much. They stay open. */
  #freeLoaded(): void {
    const loaded = [...this.#open.values()].filter(({ loadedWork }) => loadedWork > 0);
    let sum = loaded.reduce((total, { loadedWork }) => total + loadedWork, 0);
    if (sum <= maxLoadedWork) return;
    for (const document of loaded.sort((a, b) => a.usedAt - b.usedAt)) {
      if (sum <= maxLoadedWork) return;
      sum -= document.loadedWork;
      document.free();
    }
  }

  #closeUnused(): void {
    this.#freeLoaded();
    const before = performance.now() - idleTimeout;
    for (const [name, document] of this.#open) {
      if (document.usedAt > before || !document.isIdle) continue;
      this.#open.delete(name);
      document.close();
    }
  }
}
