import * as Y from 'yjs';
import { encodeAwareness } from '../../../protocol/awareness.ts';
import { encodeMessage } from '../../../protocol/messages.ts';
import { Random } from '../random.ts';
import type { Person } from './person.ts';
import type { Service } from './service.ts';
import type { Peer, Socket } from './socket.ts';
import { require } from './violation.ts';

/** A document that is nobody's. */
const elsewhere = new Y.Doc();
elsewhere.clientID = 666;
elsewhere.getText('content').insert(0, 'one');
const first = Y.encodeStateVector(elsewhere);
elsewhere.getText('content').insert(0, 'two');
/** Builds on what no log ever held. */
const gap = Y.encodeStateAsUpdate(elsewhere, first);
const honest = Y.encodeStateAsUpdate(elsewhere);

const update = (bytes: Uint8Array) => encodeMessage({ type: 'update', update: bytes });

/** Frames of which nothing may be stored, and nothing be seen. */
const frames: readonly Uint8Array[] = [
  new Uint8Array(),
  new Uint8Array([99, 1, 2]),
  new Uint8Array([0, 7, 0]),
  new Uint8Array([0, 2, 9, 1]),
  new Uint8Array([1, 2, 9, 9]),
  new Uint8Array([0, 0, 1, 9]),
  encodeMessage({ type: 'saved', version: 1, count: 1 }),
  update(new Uint8Array([255, 255, 255])),
  // A GC struct of length 0: Yjs takes it, and no newcomer can ever load the document again.
  update(new Uint8Array([1, 1, 1, 0, 0, 0, 0])),
  update(honest.subarray(0, -2)),
  update(new Uint8Array([...honest, 0])),
  update(gap),
  // A deletion of what nobody knows.
  update(new Uint8Array([0, 1, 1, 1, 0, 9])),
];

/** Somebody who means harm. The service may close the connection or put up with it; nobody is to notice. */
export class Mallory implements Peer {
  readonly #service: Service;
  readonly #sockets = new Set<Socket>();

  constructor(service: Service) {
    this.#service = service;
  }

  owns(socket: Socket): boolean {
    return this.#sockets.has(socket);
  }

  /** Connects and sends one frame: nonsense, a gap, somebody else's presence, or a reader's edit. */
  attack(seed: number, people: readonly Person[]): void {
    const random = new Random(seed);
    const isReader = random.chance(0.3);
    const socket = this.#service.open(this, isReader ? 'view' : 'edit', random.chance(0.5));
    this.#sockets.add(socket);
    if (isReader) {
      const { doc } = random.pick(people);
      socket.toRoom.push(update(random.chance(0.5) ? honest : Y.encodeStateAsUpdate(doc)));
    } else if (random.chance(0.2)) {
      // Only of those who are connected: the ids of others are free.
      const victims = people.filter((person) => person.socket !== null);
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

  /** Before a frame of such a socket is taken: returns what has to be checked after it. */
  watch(socket: Socket): () => void {
    const { room, clock, disk, sockets } = this.#service;
    const others = sockets.filter((other) => other !== socket);
    const sent = () => others.reduce((sum, other) => sum + other.sent, 0);
    const before = sent();
    // Presence of a stock client is a reason to ask the others for theirs.
    const isQuiet = clock.waiting === 0 && frames.includes(socket.toRoom[0] ?? gap);
    return () => {
      // A process that has died is another matter.
      if (this.#service.room !== room) return;
      const invariant = socket.attachment.permission.role === 'view' ? 'I7' : 'I8';
      require(disk.writes === 0, invariant, () => 'a refused message has reached the disk');
      require(
        !isQuiet || sent() === before,
        invariant,
        () => 'others hear of a refused message',
      );
    };
  }

  leave(): void {
    for (const socket of this.#sockets) socket.cut();
  }

  received(): void {}

  lost(): void {}
}
