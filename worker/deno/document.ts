import { CloseCode } from '../../protocol/close-codes.ts';
import {
  type Connection,
  type ConnectionAttachment,
  internalErrorReason,
} from '../core/connection.ts';
import { Document } from '../core/document.ts';
import type { DocumentHost, JobHost } from '../core/host.ts';
import { failedJob } from '../core/jobs/job-runner.ts';
import type { RoomMemory } from '../core/room/room-memory.ts';
import type { AddressWork } from '../core/work/address-work.ts';
import type { Trace } from '../debug-log.ts';
import { randomId } from '../random-id.ts';
import { SocketConnection } from './connection.ts';
import type { ServerSocket } from './sockets/server-socket.ts';
import type { StorageError } from '../core/sql.ts';
import type { JobPool } from './jobs/job-pool.ts';
import type { Metrics } from './metrics.ts';
import type { ProcessLimits } from './process-limits.ts';
import { FileSql } from './sql.ts';

/** The principal for export and backup: the operator has access to the files anyway. */
export const operatorPrincipal = { kind: 'open' } as const;

/** What documents use of the process. */
export interface DocumentContext {
  readonly limits: ProcessLimits;
  readonly metrics: Metrics;
  readonly jobs: Pick<JobPool, 'run'>;
  setAlarm(name: string, time: number): void;
  deleteAlarm(name: string): void;
  /** See `DocumentHost`; `name` is the document that the token must be for. */
  verifyToken(
    token: string,
    audience: string,
    name: string,
  ): ReturnType<DocumentHost['verifyToken']>;
  report(event: string, details: Readonly<Record<string, unknown>>): void;
  /** The debug log; absent while it is off. */
  readonly trace?: Trace | null;
  /** A document could not be written. Called for every write. */
  storageFailed(name: string, error: StorageError): void;
}

/**
 * One open document: its file, sockets and timers. Passes their events to a {@link Document}.
 *
 * An exception in the handler of a socket or timer would end the process on Deno, and with it the
 * connections of every document. So these run in {@link #contain}.
 */
export class DenoDocument implements DocumentHost {
  readonly name: string;
  readonly addressWork: AddressWork;
  readonly processMemory: RoomMemory;
  readonly trace: Trace | undefined;
  /** When it was last used, on the clock of `performance.now()`. */
  usedAt = performance.now();
  /** The work of loading what it may have in memory (see `UpdateLog.work`). */
  loadedWork = 0;
  readonly #context: DocumentContext;
  readonly #sql: FileSql;
  readonly #document: Document;
  readonly #connections = new Set<SocketConnection>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #jobCount = 0;
  #isClosed = false;
  readonly jobs: JobHost = {
    // Takes up to 80 ms, and for an ordinary document of 350 KiB 30 ms.
    inlineWork: 384 * 1024,
    isParallel: true,
    runLarge: (job, done) => {
      this.#jobCount += 1;
      void this.#context.jobs.run(this.name, job).then((outcome) => {
        this.#jobCount -= 1;
        this.#contain(null, () => this.use(() => done(outcome)));
      });
    },
  };

  constructor(name: string, path: string, context: DocumentContext) {
    this.name = name;
    this.#context = context;
    this.addressWork = context.limits.addressWork;
    this.processMemory = context.limits.memory;
    const { trace } = context;
    this.trace = trace
      ? (event, details) => trace(event, { document: name, ...details })
      : undefined;
    this.#sql = new FileSql(path, {
      onStorageError: (error) => context.storageFailed(name, error),
    });
    this.#document = new Document(this.#sql, this);
  }

  /** Whether it can be closed: timers only serve connected clients. */
  get isIdle(): boolean {
    return !this.#document.hasConnections && this.hasNoSockets && this.#jobCount === 0;
  }

  /** Whether all sockets are closed, including the closing handshake. */
  get hasNoSockets(): boolean {
    return this.#connections.size === 0;
  }

  /** Frees what can be read again from its file. Its clients stay connected. */
  free(): void {
    this.#document.free();
    this.loadedWork = 0;
  }

  get socketCount(): number {
    return [...this.sockets()].length;
  }

  get unsentBytes(): number {
    return [...this.#connections].reduce((sum, { unsentBytes }) => sum + unsentBytes, 0);
  }

  /** Runs `work` on the document. Throws what it throws. */
  use<T>(work: (document: Document) => T): T {
    this.usedAt = performance.now();
    const { version } = this.#document;
    try {
      return work(this.#document);
    } finally {
      this.#context.metrics.count('versions', this.#document.version - version);
      this.loadedWork = this.#document.work;
    }
  }

  /** Connects an admitted socket that is open. */
  join(socket: ServerSocket, attachment: ConnectionAttachment): void {
    const { metrics, limits } = this.#context;
    const connection = new SocketConnection(socket, attachment, { metrics, unsent: limits.unsent });
    metrics.count('sockets_opened');
    this.#connections.add(connection);
    socket.handle({
      onMessage: (data) => {
        this.#contain(connection, () => {
          const frame = connection.noteFrame(data);
          if (frame !== null) this.use((document) => document.receive(connection, frame));
        });
      },
      onEnd: (code) =>
        this.#contain(connection, () => this.use((document) => document.leave(connection, code))),
      onClose: () => {
        this.#connections.delete(connection);
        connection.ended();
      },
    });
    this.#contain(connection, () => this.use((document) => document.join(connection)));
  }

  /** Closes every socket with 1012, so that clients reconnect after a restart. */
  closeSockets(): void {
    for (const connection of this.#connections) {
      connection.close(
        CloseCode.serviceRestart,
        'The service is restarting. Reconnect in a moment',
      );
    }
  }

  /** Closes the file, and drops the sockets that are left. */
  close(): void {
    this.#isClosed = true;
    for (const connection of this.#connections) connection.drop();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#sql.close();
  }

  *sockets(): Iterable<Connection> {
    for (const connection of this.#connections) if (connection.isOpen) yield connection;
  }

  now(): number {
    return Date.now();
  }

  monotonicNow(): number {
    return performance.now();
  }

  after(milliseconds: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#contain(null, () => this.use(work));
    }, milliseconds);
    this.#timers.add(timer);
  }

  setAlarm(time: number): void {
    this.#context.setAlarm(this.name, time);
  }

  erase(write: () => void, done: () => void): Promise<void> {
    this.#sql.replace(write);
    this.#context.deleteAlarm(this.name);
    done();
    return Promise.resolve();
  }

  verifyToken(token: string, audience: string): ReturnType<DocumentHost['verifyToken']> {
    return this.#context.verifyToken(token, audience, this.name);
  }

  report(event: string, details: Readonly<Record<string, unknown>>): void {
    if (event === failedJob) this.#context.metrics.count('failed_jobs');
    this.#context.report(event, { document: this.name, ...details });
  }

  randomId(): string {
    return randomId();
  }

  /** Runs `work`. An exception is reported and closes `connection`, but goes no further. */
  #contain(connection: SocketConnection | null, work: () => void): void {
    if (this.#isClosed) return;
    try {
      work();
    } catch (error) {
      this.#context.report('unexpected error', { document: this.name, error });
      connection?.close(CloseCode.internalError, internalErrorReason);
    }
  }
}
