import { edgepadProtocol } from '../../../protocol/headers.ts';
import { CloseCode } from '../../../protocol/close-codes.ts';
import type { Role } from '../../../protocol/roles.ts';
import { type Format, Reader, type RenderResult } from '../../../worker/core/render/reader.ts';
import { joinBytes } from '../../../protocol/split-bytes.ts';
import { DocumentAlarm } from '../../../worker/core/alarm.ts';
import { AccessList } from '../../../worker/core/access/access-list.ts';
import { permissionOf } from '../../../worker/core/access/principal.ts';
import { newAttachment } from '../../../worker/core/room/new-connection.ts';
import { Room } from '../../../worker/core/room/room.ts';
import { RoomMemory } from '../../../worker/core/room/room-memory.ts';
import { History } from '../../../worker/core/history/history.ts';
import { internalErrorReason } from '../../../worker/core/connection.ts';
import type { JobHost } from '../../../worker/core/host.ts';
import { runJob } from '../../../worker/core/jobs/run-job.ts';
import { UpdateLog } from '../../../worker/core/log/update-log.ts';
import { DocumentWork } from '../../../worker/core/work/document-work.ts';
import { inlineJobs } from '../inline-jobs.ts';
import { Clock } from './clock.ts';
import { Disk, isFailure, ProcessKilled } from './disk.ts';
import * as invariants from './invariants.ts';
import { ReferenceModel } from './reference-model.ts';
import { type Delivery, type Peer, Socket } from './socket.ts';
import { Violation } from './violation.ts';

/**
 * The process that runs the room, and the platform around it.
 *
 * One call of the platform is a turn. Its writes are committed when the turn ends or, while the disk is
 * slow, later. The output gate holds its frames until then, as on Cloudflare. A killed process loses
 * uncommitted writes and the frames held behind them.
 */
export class Service {
  readonly disk = new Disk();
  readonly clock = new Clock();
  reference = new ReferenceModel();
  room!: Room;
  log!: UpdateLog;
  history!: History;
  /** The connections whose end the platform has not reported yet. */
  sockets: Socket[] = [];
  /** Count of failed statements and process deaths. */
  faults = 0;
  /** Count of frames and closes that the room has sent. */
  dispatched = 0;
  /** The stored alarm, in milliseconds since the epoch. */
  alarmAt = Infinity;
  /** How often the alarm has woken the room. */
  wakes = 0;
  #alarm!: DocumentAlarm;
  #reader!: Reader;
  #gate: { socket: Socket; delivery: Delivery }[] = [];
  #renderings: { format: Format; result: RenderResult; version: number }[] = [];
  /** Updates that are stored but not committed. */
  #uncommitted: Uint8Array[] = [];
  #isSlow = false;
  /** The sockets whose clients were silent after the last turn. */
  #silent = new Set<Socket>();
  /** What runs when a job ends, oldest first. */
  #jobs: (() => void)[] = [];
  #ids = 0;
  #observedVersion = 0;

  constructor() {
    this.#start();
  }

  get isSlow(): boolean {
    return this.#isSlow;
  }

  /** A client connects. */
  open(peer: Peer, role: Role, speaksEdgepad: boolean): Socket {
    const dispatch = (socket: Socket, delivery: Delivery) => {
      this.dispatched++;
      this.#gate.push({ socket, delivery });
    };
    const subprotocol = speaksEdgepad ? edgepadProtocol : null;
    const socket = new Socket(peer, newAttachment(permissionOf(role), subprotocol), dispatch);
    socket.lastSeenAt = this.clock.now;
    this.sockets.push(socket);
    this.turn(() => {
      try {
        this.#alarm.trackActivity(() => this.room.join(socket));
      } catch (error) {
        socket.cut();
        throw error;
      }
      this.#alarm.noteActivity();
    });
    return socket;
  }

  /** Delivers the next frame of a client to the room; false when there is none. */
  receive(socket: Socket): boolean {
    const frame = socket.toRoom.shift();
    if (!frame) return false;
    if (!socket.isOpen) return true;
    socket.lastSeenAt = this.clock.now;
    this.turn(() => {
      try {
        this.#alarm.trackActivity(() => this.room.receive(socket, frame));
      } catch (error) {
        socket.close(CloseCode.internalError, internalErrorReason);
        throw error;
      }
    });
    return true;
  }

  /** The platform reports that a connection has ended. */
  loseConnection(socket: Socket): void {
    socket.isOpen = false;
    socket.toRoom.length = 0;
    this.sockets = this.sockets.filter((other) => other !== socket);
    this.turn(() => {
      try {
        this.#alarm.trackActivity(() => this.room.leave(socket));
      } finally {
        this.room.leave(socket);
      }
    });
  }

  /** A reader requests a rendering. */
  read(format: Format, knownTags: readonly string[]): RenderResult | null {
    let result: RenderResult | null = null;
    this.turn(() => {
      // The reader's jobs run inline.
      result = this.#reader.read(format, knownTags) as RenderResult;
      this.#renderings.push({ format, result, version: this.#observedVersion });
    });
    return result;
  }

  /** An editor names the current version. */
  nameVersion(): void {
    this.turn(() => {
      if (this.log.exists) this.history.name('Draft');
    });
  }

  /** The versions in the list, oldest first. */
  versions(): number[] {
    return this.history.list().versions.map(({ version }) => version).toReversed();
  }

  /** Hands the log over for a compaction, which ends in {@link finishJob}. */
  startCompaction(onlyIfDue: boolean): void {
    this.turn(() => {
      if (onlyIfDue && this.log.compactionDueAt > this.clock.now) return;
      this.room.compact(() => this.history.thin());
    });
  }

  /** Ends the oldest job; false when there is none. */
  finishJob(): boolean {
    const finish = this.#jobs.shift();
    if (!finish) return false;
    this.turn(finish);
    return true;
  }

  compact(onlyIfDue: boolean): void {
    this.startCompaction(onlyIfDue);
    while (this.finishJob());
  }

  pass(milliseconds: number): void {
    this.clock.pass(milliseconds, (work) => this.turn(work));
    if (this.clock.now < this.alarmAt) return;
    this.alarmAt = Infinity;
    this.wakes++;
    this.turn(() => {
      this.#alarm.reset();
      this.room.sweep();
      this.#alarm.scheduleNext();
    });
  }

  /** Commits are slow from now on. */
  slowDown(): void {
    this.#isSlow = true;
  }

  /** Commits what was held back and sends its frames. */
  catchUp(): void {
    this.#isSlow = false;
    this.#commit();
  }

  /**
   * Hibernates and wakes: loses memory, keeps connections, attachments and storage. The platform first
   * waits for timers and the disk.
   */
  evict(): void {
    this.catchUp();
    const { wakes } = this;
    this.pass(10_000);
    // The alarm has come meanwhile.
    if (this.wakes > wakes) this.pass(10_000);
    if (this.clock.pendingTimers > 0) throw new Violation('L', 'a timer outlives the activity');
    const { dispatched } = this;
    for (const socket of this.sockets) socket.rehydrate();
    this.#jobs = [];
    this.#start();
    if (this.dispatched !== dispatched) throw new Violation('L', 'waking sends frames');
  }

  /**
   * Kills and restarts the process: loses memory, timers, connections, uncommitted writes and the
   * frames held behind them. `deliver` returns how many of the frames in flight still reach a client.
   */
  crash(deliver: (frames: number) => number = () => 0): void {
    this.faults++;
    this.disk.recover();
    this.clock.clear();
    this.#jobs = [];
    this.#gate = [];
    this.#renderings = [];
    this.#uncommitted = [];
    this.#isSlow = false;
    const { sockets } = this;
    this.sockets = [];
    this.#observedVersion = this.reference.version;
    this.#start();
    for (const socket of sockets) {
      for (let frames = deliver(socket.toPeer.length); frames > 0; frames--) socket.deliver();
      socket.cut();
    }
    invariants.checkLog(this);
  }

  /** Deletes the document and closes its connections. Clients may restore it from their copies. */
  wipe(): void {
    this.crash();
    this.disk.wipe();
    this.reference = new ReferenceModel();
    this.#observedVersion = 0;
    this.alarmAt = Infinity;
    this.#start();
  }

  /** A log as it is after a restart, beside the one in use. */
  freshLog(): UpdateLog {
    return new UpdateLog(this.disk.database, this.#hostBasics());
  }

  /** Runs one call of the platform into the process. */
  turn(work: () => void): void {
    this.disk.begin();
    this.disk.writes = 0;
    let thrown: unknown = null;
    try {
      work();
    } catch (error) {
      thrown = error;
    }
    const triggered = this.disk.takeTriggeredFault();
    if (triggered instanceof ProcessKilled) return this.crash();
    if (isFailure(triggered)) this.faults++;
    else if (thrown instanceof Violation) throw thrown;
    else if (thrown !== null) throw new Violation('L', `the core throws ${thrown}`);
    this.#observe();
    this.#observeSilent();
    if (!this.#isSlow) this.#commit();
  }

  #start(): void {
    const basics = this.#hostBasics();
    const connections = () => this.sockets.filter((socket) => socket.isOpen);
    const host = {
      ...basics,
      connections,
      sweepLater: () => this.#alarm.noteActivity(),
      after: (milliseconds: number, work: () => void) => this.clock.after(milliseconds, work),
      jobs: this.#jobHost(),
    };
    this.log = new UpdateLog(this.disk, basics);
    this.history = new History(this.log, basics);
    const { log } = this;
    // Compactions are events of their own.
    const due = {
      compactionDueAt: Infinity,
      get exists() {
        return log.exists;
      },
      get version() {
        return log.version;
      },
    };
    const setAlarm = (time: number) => this.alarmAt = time;
    this.#alarm = new DocumentAlarm(due, { now: basics.now, setAlarm }, connections);
    this.room = new Room(this.log, new AccessList(this.disk, basics), host);
    this.#reader = new Reader(this.log, basics);
  }

  #hostBasics() {
    return {
      now: () => this.clock.now,
      monotonicNow: () => this.clock.elapsed,
      sweepLater: () => {},
      sweepAt: () => {},
      work: new DocumentWork({ monotonicNow: () => this.clock.elapsed }),
      memory: RoomMemory.ofDocument(null),
      verifyToken: () => Promise.reject(new Error('No token is used here')),
      report: () => {},
      jobs: inlineJobs,
      randomId: () => (++this.#ids).toString(16).padStart(16, '0'),
    };
  }

  /** Every job of the room is large: it runs between turns. */
  #jobHost(): JobHost {
    return {
      inlineWork: -1,
      isParallel: true,
      runLarge: (job, done) => {
        const outcome = runJob(job);
        this.#jobs.push(() => done(outcome));
      },
    };
  }

  /** Reads the updates that the turn has stored from the disk. */
  #observe(): void {
    if (this.disk.writes === 0) return;
    const hasTables = this.disk.database.query(
      `SELECT 1 FROM sqlite_master WHERE name = 'updates'`,
    );
    if (hasTables.length === 0) return;
    const rows = this.disk.database.query(
      'SELECT version, data FROM updates WHERE version > ? ORDER BY version, part',
      this.#observedVersion,
    );
    const updates = new Map<number, Uint8Array[]>();
    for (const { version, data } of rows as { version: number; data: Uint8Array }[]) {
      updates.set(version, [...updates.get(version) ?? [], data]);
    }
    for (const [version, parts] of updates) {
      invariants.checkNextVersion(this.#observedVersion, version);
      this.#observedVersion = version;
      this.#uncommitted.push(joinBytes(parts));
    }
  }

  /** Checks the clients that the turn has withdrawn for their silence. */
  #observeSilent(): void {
    const silent = this.sockets.filter(({ isOpen, attachment }) =>
      isOpen && attachment.silentState
    );
    for (const socket of silent) {
      if (!this.#silent.has(socket)) invariants.checkSilence(socket, this.clock.now);
    }
    this.#silent = new Set(silent);
  }

  #commit(): void {
    this.disk.commit();
    for (const update of this.#uncommitted) this.reference.add(update);
    this.#uncommitted = [];
    invariants.checkComplete(this.reference);
    const gate = this.#gate;
    const renderings = this.#renderings;
    this.#gate = [];
    this.#renderings = [];
    for (const { format, result, version } of renderings) {
      invariants.checkReading(this.reference, format, result, version);
    }
    invariants.checkFrames(this.reference, gate.map(({ delivery }) => delivery));
    for (const { socket, delivery } of gate) if (socket.peer) socket.toPeer.push(delivery);
  }
}
