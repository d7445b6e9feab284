import { CloseCode } from '../../protocol/close-codes.ts';
import { limits } from '../../protocol/limits.ts';
import { type Role, roleAllows } from '../../protocol/roles.ts';
import { AccessList, type NewKey } from './access/access-list.ts';
import type { Connection } from './connection.ts';
import {
  type Denial,
  denial,
  type Permission,
  type Principal,
  readOnlyReason,
} from './access/principal.ts';
import { exportDocument } from './archive/export-document.ts';
import { EmbedOrigins } from './access/embed-origins.ts';
import type { DocumentHost } from './host.ts';
import { importDocument } from './archive/import-document.ts';
import { Ownership } from './access/ownership.ts';
import { type Exchange, PolledConnections } from './room/polled-connections.ts';
import { type Format, Reader, type RenderResult, type State } from './render/reader.ts';
import { Room } from './room/room.ts';
import type { SqlDatabase } from './sql.ts';
import { UpdateLog } from './log/update-log.ts';

/** How long after the keystroke that made it due a compaction runs, in milliseconds. */
const compactionDelay = 1000;

/** What became of a document file. */
export type Imported =
  | { readonly status: 'made'; readonly version: number }
  /** There is a document of this name. */
  | { readonly status: 'taken' }
  /** `reason` is a sentence. */
  | { readonly status: 'unreadable'; readonly reason: string };

/**
 * One document, whole: its log, who may do what in it, the room of those who edit it, the reader for
 * those who look, and when it wants to be woken. A runtime carries its events in here and decides
 * nothing itself; after a sleep it builds another over the same database.
 *
 * Whatever is asked of it comes with a principal, and is denied here or nowhere. Who may show it in a
 * frame anybody may ask: a browser has to know before anybody has proved anything.
 */
export class Document {
  /** What its owners do to it while it goes on. */
  readonly ownership: Ownership;
  readonly #host: DocumentHost;
  readonly #sql: SqlDatabase;
  readonly #log: UpdateLog;
  readonly #access: AccessList;
  readonly #frames: EmbedOrigins;
  readonly #room: Room;
  readonly #polled: PolledConnections;
  #reader: Reader;
  /** Setting the alarm at each keystroke would cost a written row, and hundreds of milliseconds. */
  #alarmAt = Infinity;
  #activeAt = 0;

  constructor(sql: SqlDatabase, host: DocumentHost) {
    this.#host = host;
    this.#sql = sql;
    const roomHost = {
      now: () => host.now(),
      monotonicNow: () => host.monotonicNow(),
      report: host.report.bind(host),
      randomId: () => host.randomId(),
      verifyToken: host.verifyToken.bind(host),
      connections: () => this.#connections(),
      after: (milliseconds: number, work: () => void) =>
        host.after(milliseconds, () => this.#turn(work)),
      sweepLater: () => this.#noteActivity(),
      sweepAt: (time: number | null) => this.#sweepAt(time),
    };
    this.#log = new UpdateLog(sql, roomHost);
    this.#access = new AccessList(sql, roomHost);
    this.#frames = new EmbedOrigins(sql);
    this.#room = new Room(this.#log, this.#access, roomHost);
    this.#polled = new PolledConnections(roomHost);
    this.ownership = new Ownership(this.#access, this.#frames, {
      exists: () => this.#log.exists,
      requireOwner: (principal) => this.#require(principal, 'own'),
      connections: roomHost.connections,
      sweepAt: roomHost.sweepAt,
      sweep: () => this.#turn(() => this.#room.sweep()),
    });
    this.#reader = new Reader(this.#log, host);
  }

  /** Whether so many are connected that nobody else can be let in. */
  get isFull(): boolean {
    return [...this.#connections()].length >= limits.connections;
  }

  /** Whether nobody is connected, over HTTP or by a socket. */
  get isDeserted(): boolean {
    return this.#connections().next().done === true;
  }

  /** What somebody may do who came to edit; it belongs into the attachment of their connection. */
  admit(principal: Principal): Permission | Denial {
    return this.#require(principal, 'edit');
  }

  /** Count of updates ever stored. */
  get version(): number {
    return this.#log.version;
  }

  /** A socket has been accepted. */
  join(connection: Connection): void {
    this.#turn(() => this.#room.join(connection));
    this.#sweepAt(connection.attachment.permission.expiresAt);
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

  /** The rest is as `DocumentHandle` has it. */
  exchange(principal: Principal, session: string, frame: Uint8Array): Exchange | Denial {
    const permission = this.#require(principal, 'edit');
    if ('status' in permission) return permission;
    return this.#turn(() => this.#polled.exchange(this.#room, session, permission, frame));
  }

  endSession(principal: Principal, session: string): Denial | null {
    const permission = this.#require(principal, 'edit');
    if ('status' in permission) return permission;
    this.#turn(() => this.#polled.end(this.#room, session, permission));
    return null;
  }

  read(principal: Principal, format: Format, knownTags: readonly string[]): RenderResult | Denial {
    const permission = this.#require(principal, 'view');
    return 'status' in permission ? permission : this.#reader.read(format, knownTags);
  }

  changes(principal: Principal, since: string | null): RenderResult | Denial {
    const permission = this.#require(principal, 'view');
    return 'status' in permission ? permission : this.#reader.changes(since);
  }

  state(principal: Principal, knownTags: readonly string[]): State | Denial {
    const permission = this.#require(principal, 'edit');
    return 'status' in permission ? permission : this.#reader.state(knownTags);
  }

  framedBy(): readonly string[] {
    return this.#frames.origins();
  }

  create(keys: readonly NewKey[]): boolean {
    if (this.#log.exists) return false;
    try {
      this.#sql.transaction(() => {
        this.#log.create();
        for (const key of keys) this.#access.add(key);
      });
    } catch (error) {
      this.#log.forget();
      this.#access.forget();
      throw error;
    }
    return true;
  }

  async delete(principal: Principal): Promise<{ readonly forget: readonly string[] } | Denial> {
    const permission = this.#require(principal, 'own');
    if ('status' in permission) return permission;
    if (!this.#log.exists) return denial('not-found', 'There is no such document');
    const [forget, epochs] = [this.#access.hashes(), [...this.#log.buried(), this.#log.epoch]];
    this.#room.closeAll(CloseCode.deleted, 'This document was deleted');
    await this.#host.erase(() => {
      this.#alarmAt = Infinity;
      this.#log.bury(epochs);
      this.#access.forget();
      this.#reader = new Reader(this.#log, this.#host);
    });
    return { forget };
  }

  /** All of it as a document file, in pieces. */
  export(principal: Principal): readonly Uint8Array[] | Denial {
    const permission = this.#require(principal, 'own');
    if ('status' in permission) return permission;
    if (!this.#log.exists) return denial('not-found', 'There is no such document');
    return exportDocument(this.#sql, this.#log);
  }

  import(file: Uint8Array): Imported {
    if (this.#log.exists) return { status: 'taken' };
    try {
      importDocument(this.#sql, file, {
        epoch: this.#host.randomId(),
        now: this.#host.now(),
      });
    } catch (error) {
      if (error instanceof SyntaxError) return { status: 'unreadable', reason: error.message };
      throw error;
    }
    // Who waits here for a first word has another document before them.
    this.#room.closeAll(CloseCode.serviceRestart, 'This document was put back: come in again');
    this.#log.forget();
    this.#access.forget();
    return { status: 'made', version: this.#log.version };
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
    const sweepAt = this.#activeAt + limits.presenceTimeout;
    this.#wakeAt(sweepAt > this.#host.now() ? sweepAt : Infinity);
  }

  #require(principal: Principal, role: Role): Permission | Denial {
    const permission = this.#access.admit(principal, this.#log.exists);
    if ('status' in permission) return permission;
    if (!roleAllows(permission.role, role)) {
      return denial('forbidden', role === 'edit' ? readOnlyReason : 'Only its owners may do this');
    }
    this.#access.noteUse(permission);
    return permission;
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
    this.#wakeAt(
      this.#activeAt + (this.#log.compactionDue ? compactionDelay : limits.presenceTimeout),
    );
  }

  #sweepAt(time: number | null): void {
    if (time !== null && this.#log.exists) this.#wakeAt(time + 1);
  }

  #wakeAt(time: number): void {
    // An alarm takes the place of the one before, which after a sleep nobody remembers.
    const earliest = this.#alarmAt === Infinity ? Math.min(time, this.#nextExpiry() + 1) : time;
    if (earliest >= this.#alarmAt) return;
    this.#alarmAt = earliest;
    this.#host.setAlarm(earliest);
  }

  /** When the first of all permissions ends. */
  #nextExpiry(): number {
    let next = Infinity;
    for (const { attachment } of this.#connections()) {
      next = Math.min(next, attachment.permission.expiresAt ?? Infinity);
    }
    return next;
  }

  *#connections(): Generator<Connection> {
    yield* this.#host.sockets();
    yield* this.#polled;
  }
}
