import * as Y from 'yjs';
import {
  applyAwarenessUpdate,
  encodeAwarenessUpdate,
  outdatedTimeout,
  removeAwarenessStates,
} from 'y-protocols/awareness';
import { decodeMessages, type Message } from '../../../protocol/messages.ts';
import { SimulatedClient } from './simulated-client.ts';

/** Speaks plain y-protocols, as the provider of y-websocket does. */
export class StockClient extends SimulatedClient {
  readonly speaksEdgepad = false;
  isSynced = false;
  /** When each client's awareness last changed, in milliseconds. */
  readonly #updatedAt = new Map<number, number>();

  received(frame: Uint8Array): void {
    const messages = decodeMessages(frame);
    if (messages.length !== 1) throw new Error('A stock client must receive one message per frame');
    for (const message of messages) this.#handle(message);
  }

  /** Replaces the timer of the `Awareness` class. */
  tick(): void {
    const { elapsed } = this.service.clock;
    const own = this.awareness.clientID;
    const age = (client: number) => elapsed - (this.#updatedAt.get(client) ?? 0);
    const state = this.awareness.getLocalState();
    if (state !== null && age(own) >= outdatedTimeout / 2) this.awareness.setLocalState(state);
    const outdated = [...this.awareness.states.keys()]
      .filter((client) => client !== own && age(client) >= outdatedTimeout);
    if (outdated.length > 0) removeAwarenessStates(this.awareness, outdated, 'timeout');
  }

  repeat(): void {
    const frame = this.socket?.toRoom.at(-1);
    if (frame) this.socket?.toRoom.push(frame);
  }

  protected opened(): void {
    this.isSynced = false;
    this.send({ type: 'sync-step-1', stateVector: Y.encodeStateVector(this.doc) });
    if (this.awareness.getLocalState() !== null) this.#sendAwareness([this.awareness.clientID]);
  }

  protected closed(): void {
    this.isSynced = false;
  }

  protected reloaded(): void {
    this.#updatedAt.clear();
  }

  /** Sends updates before it is synced, too: the service must accept that. */
  protected updated(update: Uint8Array): void {
    this.send({ type: 'update', update });
  }

  /** Repeats the entries of others to the service, as y-websocket does. */
  protected presenceChanged({ added, updated, removed }: Record<string, number[]>): void {
    const changed = [...added ?? [], ...updated ?? [], ...removed ?? []];
    for (const client of changed) this.#updatedAt.set(client, this.service.clock.elapsed);
    this.#sendAwareness(changed);
  }

  #sendAwareness(clients: number[]): void {
    this.send({ type: 'awareness', update: encodeAwarenessUpdate(this.awareness, clients) });
  }

  #handle(message: Message): void {
    switch (message.type) {
      case 'sync-step-1': {
        const update = Y.encodeStateAsUpdate(this.doc, message.stateVector);
        this.send({ type: 'sync-step-2', update });
        return;
      }
      case 'sync-step-2':
        this.isSynced = true;
        Y.applyUpdate(this.doc, message.update, this);
        return;
      case 'update':
        Y.applyUpdate(this.doc, message.update, this);
        return;
      case 'awareness':
        applyAwarenessUpdate(this.awareness, message.update, this);
        return;
      case 'query-awareness':
        this.#sendAwareness([...this.awareness.states.keys()]);
        return;
      default:
        throw new Error(`A stock client does not understand "${message.type}"`);
    }
  }
}
