import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { decodeMessages, encodeMessage, type Message } from '../../../protocol/messages.ts';
import { docsUrl } from '../y-client.ts';

/** A hostile member's connection: knows the document, and sends what it wants. */
export class RawMember {
  readonly doc = new Y.Doc();
  /** Client ids whose presence it has seen. */
  readonly present = new Set<number>();
  readonly #socket: WebSocket;
  readonly #opened: Promise<boolean>;

  /** `address` is one of the loopback network, so that limits per address do not concern others. */
  constructor(url: string, name: string, address: string) {
    this.#socket = new WebSocket(`${docsUrl(url)}/${name}`, { localAddress: address });
    this.#socket.binaryType = 'arraybuffer';
    this.#socket.on('error', () => {});
    this.#socket.on('message', (data: ArrayBuffer) => this.#receive(new Uint8Array(data)));
    this.#opened = new Promise((resolve) => {
      this.#socket.on('open', () => resolve(true));
      this.#socket.on('close', () => resolve(false));
    });
  }

  /** Whether the connection opened. */
  async open(): Promise<boolean> {
    const isOpen = await this.#opened;
    if (isOpen) this.send({ type: 'sync-step-1', stateVector: Y.encodeStateVector(this.doc) });
    return isOpen;
  }

  send(message: Message): void {
    this.sendBytes(encodeMessage(message));
  }

  sendBytes(frame: Uint8Array): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(frame);
  }

  leave(): void {
    this.#socket.terminate();
  }

  #receive(frame: Uint8Array): void {
    try {
      for (const message of decodeMessages(frame)) {
        if (message.type === 'update' || message.type === 'sync-step-2') {
          Y.applyUpdate(this.doc, message.update);
        }
      }
    } catch {
      // The member does not care about what it cannot read.
    }
  }
}
