import * as Y from 'yjs';
import { AccessList } from '../../worker/core/access/access-list.ts';
import { type Denial, denial, type TokenPrincipal } from '../../worker/core/access/principal.ts';
import type { ConnectionAttachment } from '../../worker/core/connection.ts';
import type { JobHost, RoomHost } from '../../worker/core/host.ts';
import { UpdateLog } from '../../worker/core/log/update-log.ts';
import { Reader } from '../../worker/core/render/reader.ts';
import { PolledConnections } from '../../worker/core/room/polled-connections.ts';
import { Room } from '../../worker/core/room/room.ts';
import { RoomMemory } from '../../worker/core/room/room-memory.ts';
import { AddressWork } from '../../worker/core/work/address-work.ts';
import { DocumentWork } from '../../worker/core/work/document-work.ts';
import { inlineJobs } from './inline-jobs.ts';
import { MemorySql } from './memory-sql.ts';
import { Client, type ClientOptions, type Network } from './world/client.ts';
import { type ClientEnd, type ServiceEnd, TestConnection } from './world/test-connection.ts';

export type { Client };

/** Ids are unique across worlds. */
let ids = 0;

/**
 * A room over a real SQLite, with a simulated network and clock, and clients with real documents. Time
 * passes and frames arrive only when a test says so: `connect`, `type`, `cut`, `settle`, `pass`,
 * `evict`, `crash`.
 */
export class World implements Network, ServiceEnd {
  sql = new MemorySql();
  log!: UpdateLog;
  access!: AccessList;
  room!: Room;
  /** Connections over HTTP requests. Tests call `exchange` on it. */
  polled!: PolledConnections;
  work!: DocumentWork;
  /** The work of addresses, also in other worlds that share it. */
  readonly addressWork: AddressWork;
  /** Shared with other worlds; null for none. */
  readonly processMemory: RoomMemory | null;
  /** Both clocks, in milliseconds. */
  now = 1_000_000;
  /** The highest schema number that clients may send. */
  newestSchema = 2;
  /** How often the room requested a sweep. */
  sweepRequests = 0;
  /** Verifies a token that a client sends on its connection. */
  tokens: (token: string) => TokenPrincipal | Denial = () => denial('bad-token', 'Unknown token');
  /** Runs every job at once, unless a test replaces it. */
  jobs: JobHost = inlineJobs;
  host!: RoomHost;
  /** Events that were reported to the operator. */
  readonly reports: string[] = [];
  /** The lines of the debug log. */
  readonly traces: Readonly<Record<string, unknown>>[] = [];
  /** Errors that `room.receive` threw: failures of the service, not of a client. */
  readonly failures: unknown[] = [];
  #timers: { at: number; work: () => void }[] = [];
  #connections: TestConnection[] = [];

  constructor(addressWork = new AddressWork(), processMemory: RoomMemory | null = null) {
    this.addressWork = addressWork;
    this.processMemory = processMemory;
    this.#build();
  }

  /** Count of pending timers. While there are any, the platform keeps the room in memory. */
  get timers(): number {
    return this.#timers.length;
  }

  /** The connections that the platform would list. */
  get connections(): readonly TestConnection[] {
    return this.#connections.filter(({ isOpen }) => isOpen);
  }

  client(options: Partial<ClientOptions> = {}): Client {
    return new Client(this, { speaksEdgepad: true, role: 'edit', ...options });
  }

  /** Opens a connection and joins the room. */
  open(client: ClientEnd, attachment: ConnectionAttachment): TestConnection {
    const connection = new TestConnection(client, attachment);
    connection.lastSeenAt = this.now;
    this.#connections.push(connection);
    this.room.join(connection);
    return connection;
  }

  /** A frame arrives at the room. */
  receive(connection: TestConnection, frame: Uint8Array): void {
    if (!connection.isOpen) return;
    connection.lastSeenAt = this.now;
    try {
      this.room.receive(connection, frame);
    } catch (error) {
      this.failures.push(error);
    }
  }

  /** The platform reports that a connection has ended. */
  lose(connection: TestConnection): void {
    if (!this.#connections.includes(connection)) return;
    connection.isOpen = false;
    this.#connections = this.#connections.filter((other) => other !== connection);
    this.room.leave(connection);
  }

  /** Advances both clocks and runs the timers that are due. */
  pass(milliseconds: number): void {
    this.now += milliseconds;
    for (;;) {
      const due = this.#timers.filter(({ at }) => at <= this.now);
      if (due.length === 0) return;
      this.#timers = this.#timers.filter((timer) => !due.includes(timer));
      for (const { work } of due) work();
    }
  }

  /** Delivers frames and passes time until no frame is in flight and no timer is pending. */
  settle(): void {
    for (let round = 0; round < 1000; round++) {
      const delivered = this.#connections.map((one) => one.deliverAll(this)).some(Boolean);
      if (!delivered && this.#timers.length === 0) return;
      this.pass(100);
    }
    throw new Error('The world does not settle');
  }

  /** Hibernates and wakes: loses memory and timers, keeps connections, attachments and storage. */
  evict(): void {
    this.#timers = [];
    for (const connection of this.#connections) connection.rehydrate();
    this.#build();
  }

  /** Crashes and restarts: loses memory, timers and connections, keeps what was committed. */
  crash(): void {
    this.#timers = [];
    for (const connection of this.#connections) {
      connection.isOpen = false;
      connection.client.disconnected();
    }
    this.#connections = [];
    this.sql = this.sql.clone();
    this.#build();
  }

  /** The document that a new client would load. */
  stored(): Y.Doc {
    const doc = new Y.Doc();
    for (const update of this.log.allUpdates()) Y.applyUpdate(doc, update);
    return doc;
  }

  /** A reader of the document. */
  reader(): Reader {
    return new Reader(this.log, this.host);
  }

  #build(): void {
    this.work = new DocumentWork({ monotonicNow: () => this.now }, this.addressWork);
    const host = this.host = {
      connections: () => [...this.connections, ...this.polled],
      now: () => this.now,
      monotonicNow: () => this.now,
      after: (milliseconds: number, work: () => void) => {
        this.#timers.push({ at: this.now + milliseconds, work });
      },
      sweepLater: () => void (this.sweepRequests += 1),
      sweepAt: () => {},
      work: this.work,
      memory: RoomMemory.ofDocument(this.processMemory),
      verifyToken: (token: string) => Promise.resolve(this.tokens(token)),
      report: (event: string) => void this.reports.push(event),
      trace: (event: string, details: Readonly<Record<string, unknown>>) =>
        void this.traces.push({ event, ...details }),
      jobs: this.jobs,
      randomId: () => (++ids).toString(16).padStart(16, '0'),
    };
    this.log = new UpdateLog(this.sql, host);
    this.access = new AccessList(this.sql, host);
    this.room = new Room(this.log, this.access, host, this.newestSchema);
    this.polled = new PolledConnections(this.room, host);
  }
}
