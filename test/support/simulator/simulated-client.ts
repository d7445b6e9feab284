import { Awareness, removeAwarenessStates } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { contentOf, metaOf } from '../../../protocol/schema.ts';
import { encodeMessage, type Message } from '../../../protocol/messages.ts';
import { Random } from '../random.ts';
import { textOf } from './contents.ts';
import { edit } from './edits.ts';
import type { Service } from './service.ts';
import type { Peer, Socket } from './socket.ts';

/** Client ids whose awareness changed. */
type Changed = Record<'added' | 'updated' | 'removed', number[]>;

/** A client with a document, online or not. Each subclass speaks one dialect. */
export abstract class SimulatedClient implements Peer {
  /** The name in reports. */
  readonly name: string;
  protected readonly service: Service;
  doc!: Y.Doc;
  awareness!: Awareness;
  socket: Socket | null = null;
  readonly #seed: number;
  #undo!: Y.UndoManager;
  #generation = 0;

  constructor(service: Service, name: string, seed: number) {
    this.service = service;
    this.name = name;
    this.#seed = seed;
    this.#reset();
  }

  abstract readonly speaksEdgepad: boolean;
  /** Whether the handshake of this connection is complete and every update is answered. */
  abstract readonly isSynced: boolean;
  abstract received(frame: Uint8Array): void;
  protected abstract opened(): void;
  protected abstract closed(): void;
  protected abstract updated(update: Uint8Array): void;
  protected abstract presenceChanged(changed: Changed): void;
  /** Time has passed. */
  abstract tick(): void;

  connect(): void {
    if (this.socket) return;
    this.socket = this.service.open(this, 'edit', this.speaksEdgepad);
    // A process that dies in this turn has already cut the connection.
    if (this.socket.peer === null) this.socket = null;
    else this.opened();
  }

  /** Closes or loses the connection. The service learns of it later. */
  cut(): void {
    this.socket?.cut();
  }

  /** The machine vanishes; the client returns on another connection. */
  vanish(): void {
    this.socket?.vanish();
  }

  lost(): void {
    this.socket = null;
    this.closed();
    const others = [...this.awareness.states.keys()].filter((id) => id !== this.awareness.clientID);
    removeAwarenessStates(this.awareness, others, this);
  }

  /** Replaces document and client id. The content is kept if there is an offline copy. */
  reload(keeps: boolean): void {
    this.cut();
    const kept = keeps ? Y.encodeStateAsUpdate(this.doc) : null;
    this.doc.destroy();
    this.#reset();
    if (kept) Y.applyUpdate(this.doc, kept, this);
    this.reloaded(keeps);
  }

  protected abstract reloaded(keeps: boolean): void;

  edit(seed: number): void {
    const random = new Random(seed);
    const sort = random.below(12);
    if (sort === 0) this.#undo.undo();
    else if (sort === 1) this.#undo.redo();
    else edit(this.doc, random);
  }

  /** Moves the cursor, or withdraws the awareness state. */
  present(seed: number): void {
    this.awareness.setLocalState(seed % 8 === 0 ? null : { name: this.name, at: seed });
  }

  send(message: Message): void {
    this.socket?.toRoom.push(encodeMessage(message));
  }

  /** After structs have moved to other client ids. */
  protected forgetUndo(): void {
    this.#undo.clear();
  }

  /** Sends the last frame in flight a second time. */
  abstract repeat(): void;

  dispose(): void {
    this.doc.destroy();
  }

  #newClientId(): number {
    return new Random(this.#seed + ++this.#generation * 0x9e3779b1).below(2 ** 32);
  }

  #reset(): void {
    this.doc = new Y.Doc();
    let clientId = this.doc.clientID = this.#newClientId();
    // Yjs and the provider change it to a random one, which a seed has to repeat.
    this.doc.on('afterTransactionCleanup', () => {
      if (this.doc.clientID !== clientId) clientId = this.doc.clientID = this.#newClientId();
    });
    const parts = [textOf(this.doc), contentOf(this.doc), metaOf(this.doc)];
    this.#undo = new Y.UndoManager(parts, { captureTimeout: 0 });
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== this) this.updated(update);
    });
    this.awareness = new Awareness(this.doc);
    // Time is virtual: `tick` replaces this timer.
    clearInterval(this.awareness._checkInterval);
    // y-protocols ignores an entry at clock 0, which a state has before it is set.
    this.awareness.setLocalState({ name: this.name });
    this.awareness.on('update', (changed: Changed) => this.presenceChanged(changed));
  }
}
