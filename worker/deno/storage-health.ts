import { log } from './log.ts';

/** How much the test writes, in bytes. A disk with a little space takes small writes but no large ones. */
const testBytes = 64 * 1024;
/** How long the result of a test counts, in milliseconds. */
const maxAge = 1_000;
/** How often a folder that cannot be written is tested again, in milliseconds. */
const retryInterval = 5_000;

/**
 * Whether the data folder can be written. It is tested when a write fails and when the health of the
 * service is asked for; after a failure, until it succeeds.
 */
export class StorageHealth {
  readonly #path: string;
  readonly #report: (event: string, details: Readonly<Record<string, unknown>>) => void;
  #testedAt = -Infinity;
  /** When a failed write was last tested. */
  #failedAt = -Infinity;
  #error: unknown = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    folder: string,
    report: (event: string, details: Readonly<Record<string, unknown>>) => void,
  ) {
    this.#path = `${folder}/write-test`;
    this.#report = report;
  }

  /** The result of the last test. */
  get isWritable(): boolean {
    return this.#error === null;
  }

  /** Tests the folder. Throws unless it can be written, or is only full. */
  start(): void {
    this.check();
    if (this.#error !== null && !isFull(this.#error)) throw this.#error;
  }

  /** Tests the folder unless it was tested just now, and returns whether it can be written. */
  check(): boolean {
    if (performance.now() - this.#testedAt > maxAge) this.#test();
    return this.isWritable;
  }

  /** A write has failed. Returns whether the folder can be written all the same. */
  writeFailed(): boolean {
    if (performance.now() - this.#failedAt > maxAge) {
      this.#failedAt = performance.now();
      this.#test();
    }
    return this.isWritable;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #test(): void {
    const wasWritable = this.isWritable;
    this.#error = writeError(this.#path);
    this.#testedAt = performance.now();
    if (this.isWritable === wasWritable) return;
    clearInterval(this.#timer);
    if (this.isWritable) {
      log('info', 'can write again');
    } else {
      this.#report('cannot write', { error: this.#error });
      this.#timer = setInterval(() => this.#test(), retryInterval);
    }
  }
}

/** Writes a file and removes it. Returns what was thrown, or null. */
function writeError(path: string): unknown {
  try {
    writeTestFile(path);
    return null;
  } catch (error) {
    return error;
  }
}

function writeTestFile(path: string): void {
  using file = Deno.openSync(path, { write: true, create: true, truncate: true });
  try {
    const bytes = new Uint8Array(testBytes);
    for (let at = 0; at < testBytes;) at += file.writeSync(bytes.subarray(at));
    file.syncSync();
  } finally {
    Deno.removeSync(path);
  }
}

function isFull(error: unknown): boolean {
  const { code } = error as { readonly code?: string };
  return code === 'ENOSPC' || code === 'EDQUOT';
}
