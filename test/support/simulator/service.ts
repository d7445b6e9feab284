import { edgepadProtocol } from '../../../protocol/headers.ts';
import type { Role } from '../../../protocol/roles.ts';
import { type Format, Reader, type RenderResult } from '../../../worker/core/render/reader.ts';
import { joinBytes } from '../../../protocol/split-bytes.ts';
import { AccessList } from '../../../worker/core/access/access-list.ts';
import { permissionOf } from '../../../worker/core/access/principal.ts';
import { newAttachment } from '../../../worker/core/room/admission.ts';
import { Room } from '../../../worker/core/room/room.ts';
import { UpdateLog } from '../../../worker/core/log/update-log.ts';
import { Clock } from './clock.ts';
import { Death, Disk, DiskFault } from './disk.ts';
import * as invariants from './invariants.ts';
import { Ledger } from './ledger.ts';
import { type Parcel, type Peer, Socket } from './socket.ts';
import { Violation } from './violation.ts';

/**
 * The process that holds the room, and the platform around it.
 *
 * What happens in one call is a turn. Its writes are committed when it ends or, while the disk is
 * slow, later; what it sends waits in the output gate until then, as on Cloudflare. A process that
 * dies takes with it what is not committed, and every frame that waits behind that.
 */
export class Service {
  readonly disk = new Disk();
  readonly clock = new Clock();
  ledger = new Ledger();
  room!: Room;
  log!: UpdateLog;
  /** Every connection that the platform has not yet reported as gone. */
  sockets: Socket[] = [];
  /** How often a statement has failed, or the process has died. */
  accidents = 0;
  /** Parcels posted since the world began. */
  posted = 0;
  #reader!: Reader;
  #gate: { socket: Socket; parcel: Parcel }[] = [];
  #readings: { format: Format; reading: RenderResult; version: number }[] = [];
  /** Updates stored and not committed. */
  #uncommitted: Uint8Array[] = [];
  #isSlow = false;
  #ids = 0;
  #seen = 0;

  constructor() {
    this.#start();
  }

  get isSlow(): boolean {
    return this.#isSlow;
  }

  /** A client connects. */
  open(peer: Peer, role: Role, speaksEdgepad: boolean): Socket {
    const post = (socket: Socket, parcel: Parcel) => {
      this.posted++;
      this.#gate.push({ socket, parcel });
    };
    const subprotocol = speaksEdgepad ? edgepadProtocol : null;
    const socket = new Socket(peer, newAttachment(permissionOf(role), subprotocol), post);
    this.sockets.push(socket);
    this.turn(() => this.room.join(socket));
    return socket;
  }

  /** The next frame of a client reaches the room; false when there is none. */
  receive(socket: Socket): boolean {
    const frame = socket.toRoom.shift();
    if (!frame) return false;
    if (!socket.isOpen) return true;
    this.turn(() => this.room.receive(socket, frame));
    return true;
  }

  /** The platform reports that a connection has ended. */
  notice(socket: Socket): void {
    socket.isOpen = false;
    socket.toRoom.length = 0;
    this.sockets = this.sockets.filter((other) => other !== socket);
    this.turn(() => this.room.leave(socket));
  }

  /** Somebody polls. */
  read(format: Format, knownTags: readonly string[]): RenderResult | null {
    let reading: RenderResult | null = null;
    this.turn(() => {
      reading = this.#reader.read(format, knownTags);
      this.#readings.push({ format, reading, version: this.#seen });
    });
    return reading;
  }

  compact(onlyIfDue: boolean): void {
    this.turn(() => {
      if (!onlyIfDue || this.log.compactionDue) this.log.compact();
    });
  }

  pass(milliseconds: number): void {
    this.clock.pass(milliseconds, (work) => this.turn(work));
  }

  /** Commits are slow from now on. */
  slowDown(): void {
    this.#isSlow = true;
  }

  /** What was held back is committed, and leaves. */
  catchUp(): void {
    this.#isSlow = false;
    this.#commit();
  }

  /**
   * Hibernation: memory is gone; connections, attachments and storage stay. The platform waits for
   * timers and for the disk before.
   */
  evict(): void {
    this.catchUp();
    this.pass(10_000);
    if (this.clock.waiting > 0) throw new Violation('L', 'a timer outlives the activity');
    const { posted } = this;
    for (const socket of this.sockets) socket.rehydrate();
    this.#start();
    if (this.posted !== posted) throw new Violation('L', 'a wake is not silent');
  }

  /**
   * The process dies: memory, timers, connections, all that is not committed, and what waits behind
   * it are gone. `deliver` decides how many of the frames that have left still reach each client.
   */
  crash(deliver: (frames: number) => number = () => 0): void {
    this.accidents++;
    this.disk.recover();
    this.clock.forget();
    this.#gate = [];
    this.#readings = [];
    this.#uncommitted = [];
    this.#isSlow = false;
    const { sockets } = this;
    this.sockets = [];
    this.#seen = this.ledger.version;
    this.#start();
    for (const socket of sockets) {
      for (let frames = deliver(socket.toPeer.length); frames > 0; frames--) socket.deliver();
      socket.cut();
    }
    invariants.checkLog(this);
  }

  /** The document is deleted, and every connection with it. What clients hold, they may bring back. */
  wipe(): void {
    this.crash();
    this.disk.wipe();
    this.ledger = new Ledger();
    this.#seen = 0;
    this.#start();
  }

  /** A log that has just been woken, beside the one in use. */
  freshLog(): UpdateLog {
    return new UpdateLog(this.disk.eyes, this.#surroundings());
  }

  /** One call of the platform into the process. */
  turn(work: () => void): void {
    this.disk.begin();
    this.disk.writes = 0;
    let thrown: unknown = null;
    try {
      work();
    } catch (error) {
      thrown = error;
    }
    const sprung = this.disk.takeSprung();
    if (sprung instanceof Death) return this.crash();
    if (sprung instanceof DiskFault) this.accidents++;
    else if (thrown instanceof Violation) throw thrown;
    else if (thrown !== null) throw new Violation('L', `the core throws ${thrown}`);
    this.#observe();
    if (!this.#isSlow) this.#commit();
  }

  #start(): void {
    const surroundings = this.#surroundings();
    const host = {
      ...surroundings,
      connections: () => this.sockets.filter((socket) => socket.isOpen),
      after: (milliseconds: number, work: () => void) => this.clock.after(milliseconds, work),
    };
    this.log = new UpdateLog(this.disk, surroundings);
    this.room = new Room(this.log, new AccessList(this.disk, surroundings), host);
    this.#reader = new Reader(this.log, surroundings);
  }

  #surroundings() {
    return {
      now: () => this.clock.now,
      monotonicNow: () => this.clock.elapsed,
      sweepLater: () => {},
      sweepAt: () => {},
      verifyToken: () => Promise.reject(new Error('No token is used here')),
      report: () => {},
      randomId: () => (++this.#ids).toString(16).padStart(16, '0'),
    };
  }

  /** Takes down what a turn has stored, by looking at the disk. */
  #observe(): void {
    if (this.disk.writes === 0) return;
    const hasTables = this.disk.eyes.query(`SELECT 1 FROM sqlite_master WHERE name = 'updates'`);
    if (hasTables.length === 0) return;
    const rows = this.disk.eyes.query(
      'SELECT version, data FROM updates WHERE version > ? ORDER BY version, part',
      this.#seen,
    );
    const updates = new Map<number, Uint8Array[]>();
    for (const { version, data } of rows as { version: number; data: Uint8Array }[]) {
      updates.set(version, [...updates.get(version) ?? [], data]);
    }
    for (const [version, parts] of updates) {
      invariants.checkNextVersion(this.#seen, version);
      this.#seen = version;
      this.#uncommitted.push(joinBytes(parts));
    }
  }

  #commit(): void {
    this.disk.commit();
    for (const update of this.#uncommitted) this.ledger.add(update);
    this.#uncommitted = [];
    invariants.checkComplete(this.ledger);
    const gate = this.#gate;
    const readings = this.#readings;
    this.#gate = [];
    this.#readings = [];
    for (const { format, reading, version } of readings) {
      invariants.checkReading(this.ledger, format, reading, version);
    }
    invariants.checkFrames(this.ledger, gate.map(({ parcel }) => parcel));
    for (const { socket, parcel } of gate) if (socket.peer) socket.toPeer.push(parcel);
  }
}
