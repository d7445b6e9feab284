import { CloseCode } from '../../protocol/close-codes.ts';
import type { Connection, ConnectionAttachment } from '../core/connection.ts';
import type { DocumentHost } from '../core/host.ts';
import { Document } from '../core/document.ts';
import { SocketConnection } from './connection.ts';
import type { Metrics } from './metrics.ts';
import { FileSql } from './sql.ts';

/** What a document needs of the process it is open in. */
export interface DocumentContext {
  readonly metrics: Metrics;
  setAlarm(name: string, time: number): void;
  forgetAlarm(name: string): void;
  /** See `DocumentHost`; `name` is the document it must be for. */
  verifyToken(
    token: string,
    audience: string,
    name: string,
  ): ReturnType<DocumentHost['verifyToken']>;
  report(event: string, details: Readonly<Record<string, unknown>>): void;
}

/**
 * One open document: its file, its sockets, its timers. Carries what happens into one
 * {@link Document} and decides nothing itself.
 *
 * Whatever runs here on behalf of a socket or a timer runs behind a fence: on Deno an exception in a
 * handler would end the process, and with it everybody else's document.
 */
export class DenoDocument implements DocumentHost {
  readonly name: string;
  /** When somebody last asked it for something, in milliseconds since the epoch. */
  usedAt = Date.now();
  readonly #surroundings: DocumentContext;
  readonly #sql: FileSql;
  readonly #document: Document;
  readonly #connections = new Set<SocketConnection>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #isClosed = false;

  constructor(name: string, path: string, surroundings: DocumentContext) {
    this.name = name;
    this.#surroundings = surroundings;
    this.#sql = new FileSql(path);
    this.#document = new Document(this.#sql, this);
  }

  /** Whether nothing would be missed if it were closed now: what waits, waits for those who are here. */
  get isIdle(): boolean {
    return this.#document.isDeserted;
  }

  /** Whether the last socket has ended, down to its close frame. */
  get isLeft(): boolean {
    return this.#connections.size === 0;
  }

  get socketCount(): number {
    return [...this.sockets()].length;
  }

  get unsentBytes(): number {
    return [...this.#connections].reduce((sum, { unsentBytes }) => sum + unsentBytes, 0);
  }

  /** Asks the document for something. Throws what it throws. */
  use<T>(work: (document: Document) => T): T {
    this.usedAt = Date.now();
    const { version } = this.#document;
    try {
      return work(this.#document);
    } finally {
      this.#surroundings.metrics.count('versions', this.#document.version - version);
    }
  }

  /** Takes in a socket that has just opened. */
  join(socket: WebSocket, attachment: ConnectionAttachment): void {
    const { metrics } = this.#surroundings;
    const connection = new SocketConnection(socket, attachment, metrics);
    metrics.count('sockets_opened');
    this.#connections.add(connection);
    const leave = () => {
      this.#connections.delete(connection);
      this.#fenced(connection, () => this.use((document) => document.leave(connection)));
    };
    socket.onmessage = ({ data }) => {
      this.#fenced(connection, () => {
        const frame = connection.heard(data);
        if (frame !== null) this.use((document) => document.receive(connection, frame));
      });
    };
    socket.onclose = leave;
    // What the network has to say of it follows as a close.
    socket.onerror = (event) => event.preventDefault();
    this.#fenced(connection, () => this.use((document) => document.join(connection)));
  }

  /** Tells everybody to come back in a moment, to the service as it is then. */
  dismiss(): void {
    for (const connection of this.#connections) {
      connection.close(CloseCode.serviceRestart, 'The service starts anew: come back in a moment');
    }
  }

  /** Closes the file. Whatever still comes in here finds nobody. */
  close(): void {
    this.#isClosed = true;
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
      this.#fenced(null, () => this.use(work));
    }, milliseconds);
    this.#timers.add(timer);
  }

  setAlarm(time: number): void {
    this.#surroundings.setAlarm(this.name, time);
  }

  erase(after: () => void): Promise<void> {
    this.#surroundings.forgetAlarm(this.name);
    this.#sql.erase();
    after();
    return Promise.resolve();
  }

  verifyToken(token: string, audience: string): ReturnType<DocumentHost['verifyToken']> {
    return this.#surroundings.verifyToken(token, audience, this.name);
  }

  report(event: string, details: Readonly<Record<string, unknown>>): void {
    this.#surroundings.report(event, { document: this.name, ...details });
  }

  randomId(): string {
    return crypto.randomUUID().replaceAll('-', '').slice(16);
  }

  /** Runs `work` so that what it throws ends one connection at most. */
  #fenced(connection: SocketConnection | null, work: () => void): void {
    if (this.#isClosed) return;
    try {
      work();
    } catch (error) {
      this.#surroundings.report('unexpected error', { document: this.name, error });
      connection?.close(CloseCode.internalError, 'Something failed here; nothing of yours is lost');
    }
  }
}
