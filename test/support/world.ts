/**
 * A small world: one real room over real SQLite, a network and a clock that stand still until a test
 * moves them, and clients with real documents. Verbs: `type`, `connect`, `cut`, `deliver`, `settle`,
 * `evict`, `crash`.
 */
import * as Y from 'yjs';
import { type AwarenessEntry, decodeAwareness, encodeAwareness } from '../../protocol/awareness.ts';
import { edgepadProtocol } from '../../protocol/headers.ts';
import { FrameAssembler } from '../../protocol/message-parts.ts';
import {
  decodeMessages,
  encodeMessage,
  encodeMessages,
  type Message,
} from '../../protocol/messages.ts';
import type { Role } from '../../protocol/roles.ts';
import { AccessList } from '../../worker/core/access/access-list.ts';
import {
  type Denial,
  denial,
  type Permission,
  permissionOf,
  type TokenPrincipal,
} from '../../worker/core/access/principal.ts';
import type { Connection, ConnectionAttachment } from '../../worker/core/connection.ts';
import { newAttachment } from '../../worker/core/room/admission.ts';
import { PolledConnections } from '../../worker/core/room/polled-connections.ts';
import { Room } from '../../worker/core/room/room.ts';
import { UpdateLog } from '../../worker/core/log/update-log.ts';
import { MemorySql } from './memory-sql.ts';

/** No two worlds make the same id. */
let ids = 0;

export class World {
  sql = new MemorySql();
  log!: UpdateLog;
  access!: AccessList;
  room!: Room;
  /** Clients that come by requests; a test hands in what they send. */
  polled!: PolledConnections;
  now = 1_000_000;
  /** The highest schema any client may name. */
  newestSchema = 2;
  /** How often the room was built. */
  builds = 0;
  /** How often the room has asked to be swept. */
  sweepsAsked = 0;
  /** What a fresh token is worth, as the host of the room finds out. */
  tokens: (token: string) => TokenPrincipal | Denial = () => denial('bad-token', 'None is good');
  /** What the operator was told. */
  readonly reports: string[] = [];
  /** What `room.receive` threw: failures of the service, not of a client. */
  readonly failures: unknown[] = [];
  #timers: { at: number; work: () => void }[] = [];
  #wires: Wire[] = [];

  constructor() {
    this.#build();
  }

  /** How many timers wait: while there are any the platform keeps the room in memory. */
  get timers(): number {
    return this.#timers.length;
  }

  /** Connections the platform would list. */
  get wires(): readonly Wire[] {
    return this.#wires.filter((wire) => wire.isOpen);
  }

  client(options: Partial<ClientOptions> = {}): Client {
    return new Client(this, { speaksEdgepad: true, role: 'edit', ...options });
  }

  /** Opens a connection and joins the room. */
  open(client: Client, attachment: ConnectionAttachment): Wire {
    const wire = new Wire(client, attachment);
    wire.lastSeenAt = this.now;
    this.#wires.push(wire);
    this.room.join(wire);
    return wire;
  }

  /** A frame arrives at the room. */
  receive(wire: Wire, frame: Uint8Array): void {
    if (!wire.isOpen) return;
    wire.lastSeenAt = this.now;
    try {
      this.room.receive(wire, frame);
    } catch (error) {
      this.failures.push(error);
    }
  }

  /** The platform notices that a connection has ended. */
  lose(wire: Wire): void {
    if (!this.#wires.includes(wire)) return;
    wire.isOpen = false;
    this.#wires = this.#wires.filter((other) => other !== wire);
    this.room.leave(wire);
  }

  /** Moves the clock, and runs what falls due. */
  pass(milliseconds: number): void {
    this.now += milliseconds;
    for (;;) {
      const due = this.#timers.filter(({ at }) => at <= this.now);
      if (due.length === 0) return;
      this.#timers = this.#timers.filter((timer) => !due.includes(timer));
      for (const { work } of due) work();
    }
  }

  /** Delivers until nothing is under way and no timer waits. */
  settle(): void {
    for (let round = 0; round < 1000; round++) {
      const moved = this.#wires.map((wire) => wire.deliverAll(this)).some(Boolean);
      if (!moved && this.#timers.length === 0) return;
      this.pass(100);
    }
    throw new Error('The world does not come to rest');
  }

  /** Hibernation: memory and timers are gone; connections, attachments and storage stay. */
  evict(): void {
    this.#timers = [];
    for (const wire of this.#wires) wire.rehydrate();
    this.#build();
  }

  /** A crash: memory, timers and connections are gone; what was committed stays. */
  crash(): void {
    this.#timers = [];
    for (const wire of this.#wires) {
      wire.isOpen = false;
      wire.client.disconnected();
    }
    this.#wires = [];
    this.sql = this.sql.clone();
    this.#build();
  }

  /** What a newcomer would load. */
  stored(): Y.Doc {
    const doc = new Y.Doc();
    for (const update of this.log.everything()) Y.applyUpdate(doc, update);
    return doc;
  }

  #build(): void {
    const host = {
      connections: () => [...this.wires, ...this.polled],
      now: () => this.now,
      monotonicNow: () => this.now,
      after: (milliseconds: number, work: () => void) => {
        this.#timers.push({ at: this.now + milliseconds, work });
      },
      sweepLater: () => void (this.sweepsAsked += 1),
      sweepAt: () => {},
      verifyToken: (token: string) => Promise.resolve(this.tokens(token)),
      report: (event: string) => void this.reports.push(event),
      randomId: () => (++ids).toString(16).padStart(16, '0'),
    };
    this.log = new UpdateLog(this.sql, host);
    this.access = new AccessList(this.sql, host);
    this.room = new Room(this.log, this.access, host, this.newestSchema);
    this.polled = new PolledConnections(host);
    this.builds += 1;
  }
}

/** A connection: frames wait on it in both directions until they are delivered. */
export class Wire implements Connection {
  readonly client: Client;
  isOpen = true;
  pollInterval?: number;
  lastSeenAt = 0;
  closeCode: number | null = null;
  closeReason = '';
  readonly toClient: Uint8Array[] = [];
  readonly toRoom: Uint8Array[] = [];
  /** Frames ever sent to this client. */
  sent = 0;
  #attachment: ConnectionAttachment;
  /** As the platform keeps it: serialized. */
  #serialized: string;

  constructor(client: Client, attachment: ConnectionAttachment) {
    this.client = client;
    this.#attachment = attachment;
    this.#serialized = JSON.stringify(attachment);
  }

  get attachment(): ConnectionAttachment {
    return this.#attachment;
  }

  set attachment(attachment: ConnectionAttachment) {
    this.#attachment = attachment;
    this.#serialized = JSON.stringify(attachment);
    if (this.#serialized.length > 16_384) throw new Error('Attachment over 16,384 bytes');
  }

  rehydrate(): void {
    this.#attachment = JSON.parse(this.#serialized);
  }

  send(frame: Uint8Array): void {
    if (!this.isOpen) return;
    this.sent += 1;
    this.toClient.push(frame);
  }

  close(code: number, reason: string): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.closeCode = code;
    this.closeReason = reason;
  }

  /** Delivers the next frame to the room; false when none waits. */
  deliverToRoom(world: World): boolean {
    const frame = this.toRoom.shift();
    if (!frame) return false;
    world.receive(this, frame);
    if (!this.isOpen) this.#end(world);
    return true;
  }

  /** Delivers the next frame to the client; false when none waits. */
  deliverToClient(): boolean {
    const frame = this.toClient.shift();
    if (!frame) return false;
    this.client.received(frame);
    return true;
  }

  deliverAll(world: World): boolean {
    let moved = false;
    while (this.deliverToRoom(world) || this.deliverToClient()) moved = true;
    return moved;
  }

  #end(world: World): void {
    while (this.deliverToClient());
    world.lose(this);
    this.client.disconnected();
  }
}

export interface ClientOptions {
  readonly role: Role;
  /** Instead of a mere role. */
  readonly permission?: Permission;
  /** Else a stock Yjs client. */
  readonly speaksEdgepad: boolean;
}

/** A person with a document, online or not. Speaks like a provider, without its timers. */
export class Client {
  readonly doc = new Y.Doc();
  readonly text: Y.Text;
  /** What this client has heard of others, and of itself if it is a stock client. */
  /** The schema this client's editor knows; 0: it does not say. */
  schema = 0;
  readonly #assembly = new FrameAssembler(Infinity);
  readonly others = new Map<number, AwarenessEntry>();
  /** Every message ever received. */
  readonly messages: Message[] = [];
  wire: Wire | null = null;
  /** Updates sent on this connection and not answered. */
  unanswered = 0;
  #world: World;
  #options: ClientOptions;
  #isSynced = false;
  #clock = 0;
  #state: unknown = null;
  #epoch = '';
  #version = 0;

  constructor(world: World, options: ClientOptions) {
    this.#world = world;
    this.#options = options;
    this.text = this.doc.getText('content');
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== this && this.#isSynced) this.#sendUpdate({ type: 'update', update });
    });
  }

  get id(): number {
    return this.doc.clientID;
  }

  connect(): this {
    const { role, speaksEdgepad, permission = permissionOf(role) } = this.#options;
    const subprotocol = speaksEdgepad ? edgepadProtocol : null;
    this.wire = this.#world.open(this, newAttachment(permission, subprotocol));
    const stateVector = Y.encodeStateVector(this.doc);
    this.send(
      speaksEdgepad
        ? {
          type: 'resume',
          epoch: this.#epoch,
          version: this.#version,
          stateVector,
          schema: this.schema,
        }
        : { type: 'sync-step-1', stateVector },
    );
    return this;
  }

  /** The connection ends, and with it what was under way. */
  cut(): void {
    const wire = this.wire;
    this.disconnected();
    if (wire) this.#world.lose(wire);
  }

  disconnected(): void {
    this.wire = null;
    this.#isSynced = false;
    this.unanswered = 0;
    this.others.clear();
  }

  type(text: string, at = this.text.length): this {
    this.text.insert(at, text);
    return this;
  }

  /** Says who is here. Null withdraws. */
  present(state: unknown): this {
    this.#state = state;
    const entry = { client: this.id, clock: ++this.#clock, state: JSON.stringify(state) };
    return this.send({ type: 'awareness', update: encodeAwareness([entry]) });
  }

  send(message: Message): this {
    return this.sendFrame(encodeMessage(message));
  }

  sendFrame(frame: Uint8Array): this {
    this.wire?.toRoom.push(frame);
    return this;
  }

  received(frame: Uint8Array): void {
    for (const message of decodeMessages(frame)) {
      this.messages.push(message);
      this.#handle(message);
    }
  }

  #handle(message: Message): void {
    switch (message.type) {
      case 'update':
      case 'sync-step-2':
        Y.applyUpdate(this.doc, message.update, this);
        return;
      case 'sync-step-1': {
        this.#isSynced = true;
        const update = Y.encodeStateAsUpdate(this.doc, message.stateVector);
        this.#sendUpdate({ type: 'sync-step-2', update });
        return;
      }
      case 'welcome':
        this.#epoch = message.epoch;
        this.#version = message.version;
        return;
      case 'saved':
        if (this.#isSynced) this.#version = message.version;
        this.unanswered -= message.count;
        return;
      case 'unsaved':
        this.unanswered -= 1;
        return;
      case 'awareness':
        for (const entry of decodeAwareness(message.update)) {
          this.others.set(entry.client, entry);
          // As y-protocols does: told that it has gone, a client raises its clock and says it has not.
          if (entry.client !== this.id || entry.state !== null || this.#state === null) continue;
          if (entry.clock < this.#clock) continue;
          this.#clock = entry.clock;
          this.present(this.#state);
        }
        return;
      case 'part': {
        const whole = this.#assembly.add(message);
        if (whole) this.received(whole);
        return;
      }
      default:
        return;
    }
  }

  #sendUpdate(message: Message): void {
    this.unanswered += 1;
    this.sendFrame(encodeMessages([message]));
  }
}
