import { fileNameOf } from './file-name.ts';
import { DenoDocument, type DocumentContext } from './document-host.ts';

/** How many documents may be open that nobody uses at the moment. */
const mostIdle = 64;
/** How long a document stays open after the last question, in milliseconds. */
const idleTime = 30_000;
/** How often it is looked who is idle, in milliseconds. */
const tidyEvery = 10_000;

/**
 * The documents of a folder, of which those in use are open. Finding one creates nothing. As each
 * open one costs memory and two file descriptors, idle ones are closed: after half a minute, or
 * sooner where many are asked for in a row.
 */
export class Documents {
  readonly #folder: string;
  readonly #surroundings: DocumentContext;
  /** The one used longest ago comes first. */
  readonly #open = new Map<string, DenoDocument>();
  readonly #tidying: ReturnType<typeof setInterval>;

  constructor(folder: string, surroundings: DocumentContext) {
    this.#folder = folder;
    this.#surroundings = surroundings;
    this.#tidying = setInterval(() => this.#closeUnused(), tidyEvery);
  }

  /** The document of this name, open. Keep it no longer than this turn: it may be closed after it. */
  get(name: string): DenoDocument {
    let document = this.#open.get(name);
    if (document) {
      this.#open.delete(name);
    } else {
      this.#makeRoom();
      document = new DenoDocument(
        name,
        `${this.#folder}/${fileNameOf(name)}`,
        this.#surroundings,
      );
      this.#surroundings.metrics.count('documents_opened');
    }
    this.#open.set(name, document);
    return document;
  }

  /** Those that are open. */
  [Symbol.iterator](): Iterator<DenoDocument> {
    return this.#open.values();
  }

  /** Closes all of them, for good. */
  close(): void {
    clearInterval(this.#tidying);
    for (const document of this.#open.values()) document.close();
    this.#open.clear();
  }

  /** Before another is opened: up to two idle ones go, so the number of them finds its limit. */
  #makeRoom(): void {
    if (this.#open.size < mostIdle) return;
    let closed = 0;
    let looked = 0;
    for (const [name, document] of this.#open) {
      this.#open.delete(name);
      if (document.isIdle) {
        document.close();
        closed += 1;
      } else {
        // In use, so not old; behind the others it is not looked at again soon.
        this.#open.set(name, document);
      }
      looked += 1;
      if (closed === 2 || looked === 8) return;
    }
  }

  #closeUnused(): void {
    const before = Date.now() - idleTime;
    for (const [name, document] of this.#open) {
      if (document.usedAt > before || !document.isIdle) continue;
      this.#open.delete(name);
      document.close();
    }
  }
}
