import type { Connection, ConnectionAttachment } from '../../../worker/core/connection.ts';

/** What lies on the way to a client: a frame, or the close that ends them. */
export type Parcel = Uint8Array | { readonly code: number; readonly reason: string };

/** Whoever holds the other end of a socket. */
export interface Peer {
  received(frame: Uint8Array): void;
  /** The connection has ended, by a close frame or without one. */
  lost(): void;
}

/** A WebSocket: in order and without loss while it lasts; when it ends, what was under way is lost. */
export class Socket implements Connection {
  /** Null once the client has gone, which the service hears of later, by a parcel or by `notice`. */
  peer: Peer | null;
  /** Whether the room may still hear of it: until its first close in either direction. */
  isOpen = true;
  /** Nobody here is only silent: who is gone is noticed by its close. */
  readonly lastSeenAt = Infinity;
  /** Frames ever sent by the room. */
  sent = 0;
  /** Frames of the client on their way. */
  readonly toRoom: Uint8Array[] = [];
  /** What has left the service on its way to the client. */
  readonly toPeer: Parcel[] = [];
  readonly #post: (socket: Socket, parcel: Parcel) => void;
  #attachment: ConnectionAttachment;
  /** As the platform keeps it through hibernation: serialized. */
  #serialized = '';

  constructor(
    peer: Peer,
    attachment: ConnectionAttachment,
    post: (socket: Socket, parcel: Parcel) => void,
  ) {
    this.peer = peer;
    this.#post = post;
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

  /** The process was dropped from memory and is back. */
  rehydrate(): void {
    this.#attachment = JSON.parse(this.#serialized);
  }

  send(frame: Uint8Array): void {
    if (!this.isOpen) return;
    this.sent++;
    this.#post(this, frame);
  }

  close(code: number, reason: string): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#post(this, { code, reason });
  }

  /** The client ends the connection, or loses it. The service does not know yet. */
  cut(): void {
    this.#end();
  }

  /** The next parcel reaches the client; false when there is none, or nobody to take it. */
  deliver(): boolean {
    const parcel = this.peer && this.toPeer.shift();
    if (!parcel) return false;
    if (parcel instanceof Uint8Array) this.peer?.received(parcel);
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
