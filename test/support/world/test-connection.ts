import type { Connection, ConnectionAttachment } from '../../../worker/core/connection.ts';

/** The client's end of a connection. */
export interface ClientEnd {
  received(frame: Uint8Array): void;
  disconnected(): void;
}

/** The service's end of a connection. */
export interface ServiceEnd {
  receive(connection: TestConnection, frame: Uint8Array): void;
  lose(connection: TestConnection): void;
}

/** A connection whose frames wait in both directions until a test delivers them. */
export class TestConnection implements Connection {
  readonly client: ClientEnd;
  isOpen = true;
  pollInterval?: number;
  lastSeenAt = 0;
  closeCode: number | null = null;
  closeReason = '';
  readonly toClient: Uint8Array[] = [];
  readonly toRoom: Uint8Array[] = [];
  /** Count of frames ever sent to the client. */
  sent = 0;
  #attachment: ConnectionAttachment;
  /** The attachment as the platform stores it. */
  #serialized: string;

  constructor(client: ClientEnd, attachment: ConnectionAttachment) {
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

  /** Restores the attachment after a hibernation. */
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

  /** Delivers the next frame to the room; false when there is none. */
  deliverToRoom(service: ServiceEnd): boolean {
    const frame = this.toRoom.shift();
    if (!frame) return false;
    service.receive(this, frame);
    if (!this.isOpen) this.#end(service);
    return true;
  }

  /** Delivers the next frame to the client; false when there is none. */
  deliverToClient(): boolean {
    const frame = this.toClient.shift();
    if (!frame) return false;
    this.client.received(frame);
    return true;
  }

  /** Delivers every frame in both directions; false when there was none. */
  deliverAll(service: ServiceEnd): boolean {
    let delivered = false;
    while (this.deliverToRoom(service) || this.deliverToClient()) delivered = true;
    return delivered;
  }

  #end(service: ServiceEnd): void {
    while (this.deliverToClient());
    service.lose(this);
    this.client.disconnected();
  }
}
