import type { Role } from '../../protocol/messages.ts';
import { limits } from '../../protocol/limits.ts';
import type { Connection } from './connection.ts';
import type { DocumentHost } from './host.ts';
import { type Exchange, PolledConnections } from './polled-connections.ts';
import { type Format, Reader, type Reading, type State } from './reader.ts';
import { Room } from './room.ts';
import type { SqlDatabase } from './sql.ts';
import { UpdateLog } from './update-log.ts';

/** How long after the keystroke that made it due a compaction runs, in milliseconds. */
const compactionDelay = 1000;

/**
 * One document, whole: its log, the room of those who edit it, the reader for those who look, and
 * when it wants to be woken. A runtime carries its events in here and decides nothing itself; after
 * a sleep it builds another over the same database.
 */
export class HostedDocument {
  readonly #host: DocumentHost;
  readonly #log: UpdateLog;
  readonly #room: Room;
  readonly #reader: Reader;
  readonly #polled: PolledConnections;
  /** Setting the alarm at each keystroke would cost a written row, and hundreds of milliseconds. */
  #alarmAt = Infinity;
  #activeAt = 0;

  constructor(sql: SqlDatabase, host: DocumentHost) {
    this.#host = host;
    const roomHost = {
      now: () => host.now(),
      report: host.report.bind(host),
      randomId: () => host.randomId(),
      connections: () => this.#connections(),
      after: (milliseconds: number, work: () => void) =>
        host.after(milliseconds, () => this.#turn(work)),
      sweepLater: () => this.#noteActivity(),
    };
    this.#log = new UpdateLog(sql, roomHost);
    this.#room = new Room(this.#log, roomHost);
    this.#polled = new PolledConnections(roomHost);
    this.#reader = new Reader(this.#log, roomHost);
  }

  /** Whether so many are connected that nobody else can be let in. */
  get isFull(): boolean {
    return [...this.#connections()].length >= limits.connections;
  }

  /** A socket has been accepted. */
  join(connection: Connection): void {
    this.#turn(() => this.#room.join(connection));
    this.#noteActivity();
  }

  /** A frame has come on a socket. Throws what nobody foresaw, once its sender was told. */
  receive(sender: Connection, frame: Uint8Array | string): void {
    this.#turn(() => this.#room.receive(sender, frame));
  }

  /** A socket has ended, from whichever side. */
  leave(leaver: Connection): void {
    this.#turn(() => this.#room.leave(leaver));
  }

  /** See `DocumentHandle`. */
  exchange(session: string, role: Role, frame: Uint8Array): Exchange {
    return this.#turn(() => this.#polled.exchange(this.#room, session, role, frame));
  }

  endSession(session: string): void {
    this.#turn(() => this.#polled.end(this.#room, session));
  }

  read(format: Format, knownTags: readonly string[]): Reading {
    return this.#reader.read(format, knownTags);
  }

  changes(since: string | null): Reading {
    return this.#reader.changes(since);
  }

  state(knownTags: readonly string[]): State {
    return this.#reader.state(knownTags);
  }

  /** To be called at the time that was asked for by `DocumentHost.setAlarm`. */
  alarm(): void {
    this.#alarmAt = Infinity;
    if (this.#log.compactionDue) {
      this.#reader.makeRoom();
      this.#room.compact();
    }
    this.#reader.sweep();
    this.#room.sweep();
    // Once more after the last activity, and then no more: the document may sleep.
    const sweepAt = this.#activeAt + limits.silence;
    if (sweepAt > this.#host.now()) this.#wakeAt(sweepAt);
  }

  /** Lets the room work, and looks after what it has written. */
  #turn<T>(work: () => T): T {
    const { version } = this.#log;
    try {
      return work();
    } finally {
      if (this.#log.version !== version) this.#noteActivity();
    }
  }

  #noteActivity(): void {
    // An alarm is storage, and who only asks for a document leaves none behind.
    if (!this.#log.exists) return;
    this.#activeAt = this.#host.now();
    this.#wakeAt(this.#activeAt + (this.#log.compactionDue ? compactionDelay : limits.silence));
  }

  #wakeAt(time: number): void {
    if (time >= this.#alarmAt) return;
    this.#alarmAt = time;
    this.#host.setAlarm(time);
  }

  *#connections(): Iterable<Connection> {
    yield* this.#host.sockets();
    yield* this.#polled;
  }
}
