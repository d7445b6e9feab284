import type { Socket } from 'node:net';
import { type Direction, Lane, type Network } from './proxy-lane.ts';
import { binaryFrame, closeFrame, type Frame, FrameReader } from './websocket-frames.ts';

const refusal = 'HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n';

const portalPage = '<!doctype html><h1>Accept the terms of this hotel</h1>';
const portal = 'HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n' +
  `content-length: ${portalPage.length}\r\n\r\n${portalPage}`;

/** A connection through the proxy. */
export class Link {
  isWebSocket = false;
  isOpen = true;
  /** The frames that each side sent, forwarded or not. */
  readonly sent: Record<Direction, { bytes: number; readonly frames: Frame[] }> = {
    toService: { bytes: 0, frames: [] },
    toClient: { bytes: 0, frames: [] },
  };
  readonly #network: Network;
  readonly #client: Socket;
  readonly #service: Socket;
  readonly #lanes: Record<Direction, Lane>;

  constructor(network: Network, client: Socket, service: Socket) {
    this.#network = network;
    this.#client = client.setNoDelay();
    this.#service = service.setNoDelay();
    this.#lanes = {
      toService: new Lane(network, 'toService', service),
      toClient: new Lane(network, 'toClient', client),
    };
    this.#carry('toService', client, (head) => this.#opening(head));
    this.#carry('toClient', service, (head) => this.#opened(head));
  }

  pump(): void {
    for (const lane of Object.values(this.#lanes)) lane.pump();
  }

  cut(): void {
    this.isOpen = false;
    this.#client.resetAndDestroy();
    this.#service.resetAndDestroy();
  }

  strand(): void {
    this.#lanes.toClient.isSwallowing = true;
    this.#lanes.toService.hold();
    this.#client.resetAndDestroy();
  }

  release(): void {
    this.#lanes.toService.release();
  }

  swallow(direction: Direction): void {
    this.#lanes[direction].isSwallowing = true;
  }

  close(code: number, reason: string): void {
    if (!this.isWebSocket) return;
    this.isOpen = false;
    this.#client.end(closeFrame(code, reason));
    this.#service.destroy();
  }

  /** Injects a frame from the service. Call it while the service sends nothing. */
  inject(frame: Uint8Array): void {
    if (this.isWebSocket) this.#client.write(binaryFrame(frame));
  }

  destroy(): void {
    this.isOpen = false;
    this.#client.destroy();
    this.#service.destroy();
  }

  /** Forwards bytes of one side, HTTP head first, and counts their frames. */
  #carry(direction: Direction, from: Socket, withHead: (head: string) => string): void {
    const { [direction]: lane } = this.#lanes;
    const { [direction]: sent } = this.sent;
    const reader = new FrameReader();
    let start: Buffer | null = Buffer.alloc(0);
    from.on('data', (bytes: Buffer) => {
      sent.bytes += bytes.length;
      if (start) {
        start = Buffer.concat([start, bytes]);
        const end = start.indexOf('\r\n\r\n') + 4;
        if (end < 4) return;
        lane.push(Buffer.from(withHead(start.toString('latin1', 0, end)), 'latin1'));
        bytes = start.subarray(end);
        start = null;
      }
      if (bytes.length === 0) return;
      if (this.isWebSocket) sent.frames.push(...reader.read(bytes));
      lane.push(bytes);
    });
    // A `close` event follows a reset.
    from.on('error', () => {});
    from.on('close', () => {
      lane.end();
      if (this.#client.destroyed && this.#service.destroyed) this.isOpen = false;
    });
  }

  #opening(head: string): string {
    if (this.#network.rule === 'portal') {
      this.#client.end(portal);
      this.#service.destroy();
      return '';
    }
    if (!/^upgrade: *websocket/im.test(head)) return head;
    if (this.#network.rule === 'refuse upgrades') {
      this.#client.end(refusal);
      this.#service.destroy();
      return '';
    }
    this.isWebSocket = true;
    // The proxy cannot count compressed frames.
    return head.replace(/^sec-websocket-extensions:.*\r\n/im, '');
  }

  #opened(head: string): string {
    if (!this.isWebSocket || this.#network.rule !== 'cut upgrades') return head;
    this.#client.end(Buffer.from(head, 'latin1'));
    this.#service.destroy();
    return '';
  }
}
