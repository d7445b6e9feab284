import { Awareness, removeAwarenessStates } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { contentOf, metaOf } from '../../../protocol/schema.ts';
import { encodeMessage, type Message } from '../../../protocol/messages.ts';
import { Random } from '../random.ts';
import { textOf } from './contents.ts';
import { edit } from './edits.ts';
import type { Service } from './service.ts';
import type { Peer, Socket } from './socket.ts';

/** Who is told of a change in awareness. */
type Changed = Record<'added' | 'updated' | 'removed', number[]>;

/** Somebody with a document, online or not. Subclasses speak one dialect each. */
export abstract class Person implements Peer {
  /** How the person appears in reports. */
  readonly name: string;
  protected readonly service: Service;
  doc!: Y.Doc;
  awareness!: Awareness;
  socket: Socket | null = null;
  readonly #seed: number;
  #undo!: Y.UndoManager;
  #lives = 0;

  constructor(service: Service, name: string, seed: number) {
    this.service = service;
    this.name = name;
    this.#seed = seed;
    this.#live();
  }

  abstract readonly speaksEdgepad: boolean;
  /** Whether the first exchange of this connection is complete, and nothing waits for an answer. */
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
    // A process that dies in this very turn has cut the connection before it is known here.
    if (this.socket.peer === null) this.socket = null;
    else this.opened();
  }

  /** Leaves, or loses the connection; the service will hear of it. */
  cut(): void {
    this.socket?.cut();
  }

  lost(): void {
    this.socket = null;
    this.closed();
    const others = [...this.awareness.states.keys()].filter((id) => id !== this.doc.clientID);
    removeAwarenessStates(this.awareness, others, this);
  }

  /** A new document and client id, with what was in the old one where it is kept offline. */
  reload(keeps: boolean): void {
    this.cut();
    const kept = keeps ? Y.encodeStateAsUpdate(this.doc) : null;
    this.doc.destroy();
    this.#live();
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

  /** Moves the cursor; now and then goes away from the document without leaving. */
  present(seed: number): void {
    this.awareness.setLocalState(seed % 8 === 0 ? null : { name: this.name, at: seed });
  }

  send(message: Message): void {
    this.socket?.toRoom.push(encodeMessage(message));
  }

  /** Sends the last frame on its way a second time. */
  abstract repeat(): void;

  /** The end of the world. */
  dispose(): void {
    this.doc.destroy();
  }

  #live(): void {
    this.doc = new Y.Doc();
    this.doc.clientID = new Random(this.#seed + ++this.#lives * 0x9e3779b1).below(2 ** 32);
    const parts = [textOf(this.doc), contentOf(this.doc), metaOf(this.doc)];
    this.#undo = new Y.UndoManager(parts, { captureTimeout: 0 });
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== this) this.updated(update);
    });
    this.awareness = new Awareness(this.doc);
    // Time is virtual here: `tick` does what this timer does.
    clearInterval(this.awareness._checkInterval);
    // A state never set stands at clock 0, which y-protocols takes for older than nothing at all.
    this.awareness.setLocalState({ name: this.name });
    this.awareness.on('update', (changed: Changed) => this.presenceChanged(changed));
  }
}
