import * as Y from 'yjs';
import { encodeAwareness } from '../../../protocol/awareness.ts';
import { limits } from '../../../protocol/limits.ts';
import { encodeMessage } from '../../../protocol/messages.ts';
import { Random } from '../random.ts';
import type { SimulatedClient } from './simulated-client.ts';
import type { Service } from './service.ts';
import type { Peer, Socket } from './socket.ts';
import { forgeries } from './forged-messages.ts';
import type { World } from './world.ts';
import { ensure } from './violation.ts';

/** A document of no client. */
const elsewhere = new Y.Doc();
elsewhere.clientID = 666;
elsewhere.getText('content').insert(0, 'one');
const first = Y.encodeStateVector(elsewhere);
elsewhere.getText('content').insert(0, 'two');
/** Builds on structs that no log has. */
const gap = Y.encodeStateAsUpdate(elsewhere, first);
const honest = Y.encodeStateAsUpdate(elsewhere);

const update = (bytes: Uint8Array) => encodeMessage({ type: 'update', update: bytes });

/** A value among XML elements. */
const valueInXml = new Y.Doc();
valueInXml.getArray('lines').insert(0, [null]);
/** One level more than types may be nested. */
const deep = new Y.Doc();
let inner: Y.Array<unknown> = deep.getArray('deep');
for (let depth = 0; depth <= limits.typeDepth; depth++) {
  const next = new Y.Array<unknown>();
  inner.insert(0, [next]);
  inner = next;
}

/** Frames that must be neither stored nor broadcast. */
const frames: readonly Uint8Array[] = [
  new Uint8Array(),
  new Uint8Array([99, 1, 2]),
  new Uint8Array([0, 7, 0]),
  new Uint8Array([0, 2, 9, 1]),
  new Uint8Array([1, 2, 9, 9]),
  new Uint8Array([0, 0, 1, 9]),
  encodeMessage({ type: 'saved', version: 1, count: 1 }),
  update(new Uint8Array([255, 255, 255])),
  // A GC struct of length 0: Yjs applies it, but no new client can load the document any more.
  update(new Uint8Array([1, 1, 1, 0, 0, 0, 0])),
  update(honest.subarray(0, -2)),
  update(new Uint8Array([...honest, 0])),
  update(gap),
  // A deletion of structs that do not exist.
  update(new Uint8Array([0, 1, 1, 1, 0, 9])),
  update(Y.encodeStateAsUpdate(valueInXml)),
  update(Y.encodeStateAsUpdate(deep)),
];

/**
 * Opens connections and sends invalid frames. The service may close them; other clients must not be
 * affected. One connection belongs to a member, which sends well-formed forgeries too.
 */
export class HostileClient implements Peer {
  readonly #service: Service;
  readonly #sockets = new Set<Socket>();
  /** Frames that the service may store. */
  readonly #forged = new WeakSet<Uint8Array>();
  #member: Socket | null = null;
  #hasForged = false;

  constructor(service: Service) {
    this.#service = service;
  }

  /** Whether the member has sent anything. */
  get hasForged(): boolean {
    return this.#hasForged;
  }

  owns(socket: Socket): boolean {
    return this.#sockets.has(socket);
  }

  /** Connects and sends one frame: malformed, with a gap, with foreign presence, or an edit of a reader. */
  attack(seed: number, clients: readonly SimulatedClient[]): void {
    const random = new Random(seed);
    const isReader = random.chance(0.3);
    const socket = this.#service.open(this, isReader ? 'view' : 'edit', random.chance(0.5));
    this.#sockets.add(socket);
    if (isReader) {
      const { doc } = random.pick(clients);
      socket.toRoom.push(update(random.chance(0.5) ? honest : Y.encodeStateAsUpdate(doc)));
    } else if (random.chance(0.2)) {
      // Of connected clients only: other client ids are free.
      const victims = clients.filter((client) => client.socket !== null);
      const entries = victims.map(({ doc }) => ({
        client: doc.clientID,
        clock: 9999,
        state: null,
      }));
      socket.toRoom.push(encodeMessage({ type: 'awareness', update: encodeAwareness(entries) }));
    } else {
      socket.toRoom.push(random.pick(frames));
    }
  }

  /** The member sends the forgery of this number. It joins again when it was closed. */
  forge(number: number, seed: number, world: World): void {
    this.#hasForged = true;
    const random = new Random(seed);
    if (!this.#member?.isOpen || this.#member.peer === null) {
      this.#member = this.#service.open(this, 'edit', random.chance(0.5));
      this.#sockets.add(this.#member);
    }
    const member = this.#member;
    const { doc } = this.#service.reference;
    const { epoch, state } = this.#service.freshLog();
    // A few ids, so that it is sometimes the owner and sometimes not.
    const own = 7_000_000 * (1 + random.below(3));
    const { victims, present } = world.victims();
    const makers = Object.values(forgeries);
    const forgery = makers[number % makers.length]!; // never empty
    for (const message of forgery(random, { doc, victims, present, own, epoch, state })) {
      const frame = encodeMessage(message);
      this.#forged.add(frame);
      member.toRoom.push(frame);
    }
    // Half of them overtake what others have sent.
    while (seed % 2 === 0 && member.toRoom.length > 0) world.up(member);
  }

  /** Call before a frame is received. Returns the checks to run afterwards. */
  watch(socket: Socket): () => void {
    if (!socket.isOpen) return () => {};
    const { room, clock, disk, sockets } = this.#service;
    const others = sockets.filter((other) => other !== socket);
    const sent = () => others.reduce((sum, other) => sum + other.sent, 0);
    const before = sent();
    // Awareness of a stock client makes the room request renewals from others.
    const [frame] = socket.toRoom;
    const { faults } = this.#service;
    const mayBeStored = frame !== undefined && this.#forged.has(frame);
    const isQuiet = clock.pendingTimers === 0 && frames.includes(socket.toRoom[0] ?? gap);
    return () => {
      // The process was killed.
      if (this.#service.room !== room) return;
      if (this.#service.faults > faults || mayBeStored && socket.isOpen) return;
      const invariant = socket.attachment.permission.role === 'view' ? 'I7' : 'I8';
      ensure(disk.writes === 0, invariant, () => 'a rejected message was stored');
      ensure(
        !isQuiet || sent() === before,
        invariant,
        () => 'a rejected message was broadcast',
      );
    };
  }

  leave(): void {
    for (const socket of this.#sockets) socket.cut();
  }

  received(): void {}

  lost(): void {}
}
