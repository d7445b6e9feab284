import type { Denial, TokenPrincipal } from './access/principal.ts';
import type { Connection } from './connection.ts';
import type { RoomMemory } from './room/room-memory.ts';
import type { AddressWork } from './work/address-work.ts';
import type { DocumentWork } from './work/document-work.ts';
import type { JobOf, JobType, Outcome } from './jobs/job.ts';

/**
 * What a room needs from its runtime: connections, clocks, timers, token verification and random ids.
 *
 * The room keeps no list of connections: only the platform's list survives hibernation.
 */
export interface RoomHost {
  /** The open connections, without those that are closing. */
  connections(): Iterable<Connection>;
  /** Wall clock in milliseconds since the epoch. It can be set back: use it for expiry and dates only. */
  now(): number;
  /**
   * Milliseconds since an arbitrary moment; never goes back. Use it for intervals. Never store it: a
   * reading means nothing after hibernation or a restart.
   */
  monotonicNow(): number;
  /**
   * Runs `work` once, after a delay. A pending timer keeps a Durable Object in memory, so the room
   * uses short delays, and only while clients are active.
   */
  after(milliseconds: number, work: () => void): void;
  /**
   * Requests calls of `Room.sweep` from `limits.presenceTimeout` on. Repeated requests are merged. The
   * object may hibernate in the meantime.
   */
  sweepLater(): void;
  /** Requests a call of `Room.sweep` when a permission expires, in milliseconds since the epoch. */
  sweepAt(time: number | null): void;
  readonly jobs: JobHost;
  /** Writes to the debug log; absent while it is off. Details contain no credential and no content. */
  readonly trace?:
    | ((event: string, details: Readonly<Record<string, unknown>>) => void)
    | undefined;
  /** Logs an event for the operator. */
  report(event: string, details: Readonly<Record<string, unknown>>): void;
  /**
   * Verifies a token for this document, as of now. `audience` is the service the token must be issued
   * for. An invalid token is a denial, not a rejection.
   */
  verifyToken(token: string, audience: string): Promise<TokenPrincipal | Denial>;
  /** An unguessable, unique id: 16 or more characters `[0-9a-f]`. */
  randomId(): string;
  /** What the clients of the document cost. */
  readonly work: DocumentWork;
  /** What the clients of the document hold in memory. */
  readonly memory: RoomMemory;
}

/** Where the jobs of a document run. */
export interface JobHost {
  /**
   * Work (see `UpdateLog.work`) up to which the document runs a job itself, in the turn that needs it.
   * Larger jobs go to {@link runLarge}.
   */
  readonly inlineWork: number;
  /** Whether large jobs run beside the events of documents. */
  readonly isParallel: boolean;
  /**
   * Runs a job, and calls `done` once, after this call has returned. What the document has stored
   * before is durable when the job starts. A job that takes too long fails.
   */
  runLarge<T extends JobType>(job: JobOf<T>, done: (outcome: Outcome<T>) => void): void;
}

/** What a document needs from its runtime. Implemented once per runtime. */
export interface DocumentHost
  extends Omit<RoomHost, 'connections' | 'sweepLater' | 'sweepAt' | 'work' | 'memory'> {
  /** The open sockets, without those that are closing. */
  sockets(): Iterable<Connection>;
  /**
   * Schedules one call of `Document.alarm`, in milliseconds since the epoch. Replaces an earlier alarm.
   * The alarm survives hibernation and restarts.
   */
  setAlarm(time: number): void;
  /** The work of addresses in all documents of the process. Without it, each document has its own. */
  readonly addressWork?: AddressWork;
  /** What clients hold in memory in all documents of the process, where one process has many. */
  readonly processMemory?: RoomMemory;
  /**
   * Replaces everything stored, including the alarm, by what `write` writes, in one step: after a crash
   * either is there. Then runs `done`, before any other event. If it rejects, nothing has changed.
   */
  erase(write: () => void, done: () => void): Promise<void>;
}
