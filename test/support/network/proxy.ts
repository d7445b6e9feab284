import { connect, createServer, type Server } from 'node:net';
import type { Direction, Network } from './proxy-lane.ts';
import { Link } from './proxy-link.ts';

/**
 * A network between a client and the service that a test can disturb. It parses just enough HTTP to
 * detect a WebSocket handshake. `cut`, `halfOpen`, `drop`, `strand` and `close` affect open connections
 * only; new ones work. Every other disturbance lasts until {@link allow}.
 */
export class Proxy implements Network {
  /** All connections so far, oldest first. */
  readonly links: Link[] = [];
  /** Latency in milliseconds. */
  readonly delays: Record<Direction, number> = { toService: 0, toClient: 0 };
  isStalled = false;
  rule: Network['rule'] = 'allow';
  readonly #server: Server;

  private constructor(target: number) {
    this.#server = createServer((client) => {
      if (this.rule === 'down') client.resetAndDestroy();
      else this.links.push(new Link(this, client, connect(target, '127.0.0.1')));
    });
  }

  /** Listens on a free port in front of a local service. */
  static async to(service: string): Promise<Proxy> {
    const proxy = new Proxy(Number(new URL(service).port));
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    const address = this.#server.address();
    if (typeof address !== 'object' || !address) {
      throw new Error('Cannot return the address: the proxy is not open');
    }
    return `http://127.0.0.1:${address.port}`;
  }

  /** All WebSocket connections so far, oldest first. */
  get sockets(): readonly Link[] {
    return this.links.filter(({ isWebSocket }) => isWebSocket);
  }

  /** Resets all open connections. */
  cut(): void {
    for (const link of this.#open()) link.cut();
  }

  /** Resets all open and new connections. */
  down(): void {
    this.rule = 'down';
    this.cut();
  }

  /** Holds all bytes in both directions. */
  stall(): void {
    this.isStalled = true;
  }

  resume(): void {
    this.isStalled = false;
    for (const link of this.#open()) link.pump();
  }

  /** Open connections drop all bytes and stay open. */
  halfOpen(): void {
    this.drop('toService');
    this.drop('toClient');
  }

  /** Open connections drop all bytes in one direction. */
  drop(direction: Direction): void {
    for (const link of this.#open()) link.swallow(direction);
  }

  /** Resets the clients. The service sees no end; bytes in flight to it wait for `release`. */
  strand(): void {
    for (const link of this.#open()) link.strand();
  }

  /** Delivers the bytes that `strand` held. */
  release(): void {
    for (const link of this.#open()) link.release();
  }

  /** Closes the clients' WebSockets in the name of the service, which sees them leave. */
  close(code: number, reason: string): void {
    for (const link of this.#open()) link.close(code, reason);
  }

  /** Sends a binary frame to the clients in the name of the service. */
  inject(frame: Uint8Array): void {
    for (const link of this.#open()) link.inject(frame);
  }

  /** Adds latency in one direction or both. */
  delay(milliseconds: number, direction?: Direction): void {
    for (const one of ['toService', 'toClient'] as const) {
      if (!direction || direction === one) this.delays[one] = milliseconds;
    }
  }

  /** Answers WebSocket handshakes with 403; plain HTTP works. */
  refuseUpgrades(): void {
    this.rule = 'refuse upgrades';
  }

  /** Resets WebSockets right after their handshake. */
  cutUpgrades(): void {
    this.rule = 'cut upgrades';
  }

  /** Answers everything with status 200 and a foreign page, as a captive portal does. */
  portal(): void {
    this.rule = 'portal';
    this.cut();
  }

  /** Ends all disturbances. Dropped bytes stay lost. */
  allow(): void {
    this.rule = 'allow';
    this.delay(0);
    this.resume();
  }

  destroy(): void {
    this.#server.close();
    for (const link of this.links) link.destroy();
  }

  #open(): Link[] {
    return this.links.filter(({ isOpen }) => isOpen);
  }
}
