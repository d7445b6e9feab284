import * as Y from 'yjs';
import { type AwarenessEntry, encodeAwareness } from '../../../protocol/awareness.ts';
import { decodeAwareness } from '../../../worker/core/room/presence/decode-awareness.ts';
import { edgepadProtocol } from '../../../protocol/headers.ts';
import { FrameAssembler } from '../../../protocol/message-parts.ts';
import { decodeMessages, encodeMessage, type Message } from '../../../protocol/messages.ts';
import type { Role } from '../../../protocol/roles.ts';
import { type Permission, permissionOf } from '../../../worker/core/access/principal.ts';
import type { ConnectionAttachment } from '../../../worker/core/connection.ts';
import { newAttachment } from '../../../worker/core/room/new-connection.ts';
import type { ClientEnd, TestConnection } from './test-connection.ts';

/** Where clients open connections. */
export interface Network {
  open(client: Client, attachment: ConnectionAttachment): TestConnection;
  lose(connection: TestConnection): void;
}

export interface ClientOptions {
  readonly role: Role;
  /** Replaces the permission that belongs to the role. */
  readonly permission?: Permission;
  /** False for a stock Yjs client. */
  readonly speaksEdgepad: boolean;
  /** What counts as its address; null where that is unknown. */
  readonly network?: string | null;
}

/** A client with a Yjs document, online or not. Speaks like a provider, without its timers. */
export class Client implements ClientEnd {
  readonly doc = new Y.Doc();
  readonly text: Y.Text;
  /** The schema number of this client's editor; 0 when it sends none. */
  schema = 0;
  /** The awareness entries received: of other clients, and for a stock client its own. */
  readonly others = new Map<number, AwarenessEntry>();
  /** Every message ever received. */
  readonly messages: Message[] = [];
  connection: TestConnection | null = null;
  /** Count of updates sent on this connection and not answered. */
  unanswered = 0;
  readonly #network: Network;
  readonly #options: ClientOptions;
  readonly #assembler = new FrameAssembler(Infinity);
  #isSynced = false;
  #clock = 0;
  #state: unknown = null;
  #epoch = '';
  #version = 0;

  constructor(network: Network, options: ClientOptions) {
    this.#network = network;
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
    const { role, speaksEdgepad, permission = permissionOf(role), network = null } = this.#options;
    const subprotocol = speaksEdgepad ? edgepadProtocol : null;
    this.connection = this.#network.open(this, newAttachment(permission, subprotocol, network));
    const stateVector = Y.encodeStateVector(this.doc);
    if (!speaksEdgepad) return this.send({ type: 'sync-step-1', stateVector });
    const [epoch, version, schema] = [this.#epoch, this.#version, this.schema];
    return this.send({ type: 'resume', epoch, version, stateVector, schema });
  }

  /** Ends the connection; frames in flight are lost. */
  cut(): void {
    const { connection } = this;
    this.disconnected();
    if (connection) this.#network.lose(connection);
  }

  disconnected(): void {
    this.connection = null;
    this.#isSynced = false;
    this.unanswered = 0;
    this.others.clear();
  }

  type(text: string, at = this.text.length): this {
    this.text.insert(at, text);
    return this;
  }

  /** Sends an awareness state; null withdraws it. */
  present(state: unknown): this {
    this.#state = state;
    const entry = { client: this.id, clock: ++this.#clock, state: JSON.stringify(state) };
    return this.send({ type: 'awareness', update: encodeAwareness([entry]) });
  }

  send(message: Message): this {
    return this.sendFrame(encodeMessage(message));
  }

  sendFrame(frame: Uint8Array): this {
    this.connection?.toRoom.push(frame);
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
        for (const entry of decodeAwareness(message.update)) this.#setAwareness(entry);
        return;
      case 'part': {
        const frame = this.#assembler.add(message);
        if (frame) this.received(frame);
        return;
      }
      default:
        return;
    }
  }

  /** Like y-protocols, a client whose own entry is withdrawn raises its clock and sends it again. */
  #setAwareness(entry: AwarenessEntry): void {
    if (entry.client !== this.id || !this.#options.speaksEdgepad) {
      this.others.set(entry.client, entry);
    }
    if (entry.client !== this.id || entry.state !== null || this.#state === null) return;
    if (entry.clock < this.#clock) return;
    this.#clock = entry.clock;
    this.present(this.#state);
  }

  #sendUpdate(message: Message): void {
    this.unanswered += 1;
    this.send(message);
  }
}
