import type { Connection, ConnectionAttachment } from '../../../worker/core/connection.ts';
import { Violation } from './violation.ts';

/** What is on its way to a client: a frame, or the close. */
export type Delivery = Uint8Array | { readonly code: number; readonly reason: string };

/** The client's end of a socket. */
export interface Peer {
  received(frame: Uint8Array): void;
  /** The connection has ended, with or without a close frame. */
  lost(): void;
}

const nowhere: Peer = { received() {}, lost() {} };

/** A WebSocket: ordered and lossless while it is open. When it ends, everything in flight is lost. */
export class Socket implements Connection {
  /** Null once the client has left. The service learns of it later. */
  peer: Peer | null;
  /** Whether the room may still receive frames: until the first close in either direction. */
  isOpen = true;
  /** When the last frame or ping arrived, in milliseconds since the epoch. */
  lastSeenAt = 0;
  /** Whether the client's machine has vanished, which the platform never reports. */
  hasVanished = false;
  /** Count of frames ever sent by the room. */
  sent = 0;
  /** Frames on their way to the room. */
  readonly toRoom: Uint8Array[] = [];
  /** Deliveries on their way to the client. */
  readonly toPeer: Delivery[] = [];
  readonly #dispatch: (socket: Socket, delivery: Delivery) => void;
  #wasClosed = false;
  #attachment: ConnectionAttachment;
  /** The attachment as the platform stores it. */
  #serialized = '';

  /** `dispatch` passes what the room sends to the output gate. */
  constructor(
    peer: Peer,
    attachment: ConnectionAttachment,
    dispatch: (socket: Socket, delivery: Delivery) => void,
  ) {
    this.peer = peer;
    this.#dispatch = dispatch;
    this.#attachment = this.attachment = attachment;
  }

  get attachment(): ConnectionAttachment {
    return this.#attachment;
  }

  set attachment(attachment: ConnectionAttachment) {
    this.#attachment = attachment;
    this.#serialized = JSON.stringify(attachment);
    if (this.#serialized.length > 16_384) throw new Error('Attachment over 16,384 bytes');
  }

  /** Restores the attachment after a hibernation. The platform lists a socket that was closed as open. */
  rehydrate(): void {
    this.#attachment = JSON.parse(this.#serialized);
    if (this.hasVanished) this.isOpen = true;
  }

  send(frame: Uint8Array): void {
    if (!this.isOpen) return;
    if (this.#wasClosed) throw new Violation('I9', 'a frame is sent over a closed connection');
    this.sent++;
    this.#dispatch(this, frame);
  }

  close(code: number, reason: string): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#wasClosed = true;
    this.#dispatch(this, { code, reason });
  }

  /** The client closes or loses the connection. The service does not know yet. */
  cut(): void {
    this.#end();
  }

  /** The client's machine vanishes. The client itself returns on another connection. */
  vanish(): void {
    const { peer } = this;
    this.hasVanished = true;
    this.peer = nowhere;
    this.toRoom.length = this.toPeer.length = 0;
    peer?.lost();
  }

  /** Delivers the next frame or close to the client; false when there is none. */
  deliver(): boolean {
    const delivery = this.peer && this.toPeer.shift();
    if (!delivery) return false;
    if (delivery instanceof Uint8Array) this.peer?.received(delivery);
    else this.#end();
    return true;
  }

  #end(): void {
    const { peer } = this;
    this.peer = null;
    this.toPeer.length = 0;
    peer?.lost();
  }
}
