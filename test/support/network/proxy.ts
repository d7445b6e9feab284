import { connect, createServer, type Server } from 'node:net';
import type { Direction, Network } from './proxy-lane.ts';
import { Link } from './proxy-link.ts';

/**
 * The network between a client and the service, for a test to spoil. It knows just enough HTTP to
 * see a WebSocket begin. `cut`, `halfOpen`,
 * `drop`, `strand` and `close` hit the connections that are
 * open, as when a router has forgotten them: the next one goes through. All else is how the network
 * is from now on, until {@link allow}.
 */
export class Proxy implements Network {
  /** Every connection ever made, the oldest first. */
  readonly links: Link[] = [];
  /** Of bytes on their way, in milliseconds. */
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

  /** Listens on a port of its own in front of a service on this machine. */
  static async to(service: string): Promise<Proxy> {
    const proxy = new Proxy(Number(new URL(service).port));
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    const address = this.#server.address();
    if (typeof address !== 'object' || !address) throw new Error('Cannot tell address: not open');
    return `http://127.0.0.1:${address.port}`;
  }

  /** The WebSockets that came through, the oldest first. */
  get sockets(): readonly Link[] {
    return this.links.filter(({ isWebSocket }) => isWebSocket);
  }

  /** Resets every connection. */
  cut(): void {
    for (const link of this.#open()) link.cut();
  }

  /** Resets every connection, and each new one. */
  down(): void {
    this.rule = 'down';
    this.cut();
  }

  /** All bytes wait, in both directions. */
  stall(): void {
    this.isStalled = true;
  }

  resume(): void {
    this.isStalled = false;
    for (const link of this.#open()) link.pump();
  }

  /** What is open swallows all there is, and closes nothing. */
  halfOpen(): void {
    this.drop('toService');
    this.drop('toClient');
  }

  /** What is open swallows all that goes this way. */
  drop(direction: Direction): void {
    for (const link of this.#open()) link.swallow(direction);
  }

  /** Clients see a reset. The service sees nothing; what was under way to it waits for `release`. */
  strand(): void {
    for (const link of this.#open()) link.strand();
  }

  /** What was stranded arrives. */
  release(): void {
    for (const link of this.#open()) link.release();
  }

  /** The clients' WebSockets are closed as if the service had done it; it sees them go away. */
  close(code: number, reason: string): void {
    for (const link of this.#open()) link.close(code, reason);
  }

  /** The clients are sent a binary frame the service knows nothing of. */
  inject(frame: Uint8Array): void {
    for (const link of this.#open()) link.inject(frame);
  }

  /** Bytes arrive so much later, one way or both. */
  delay(milliseconds: number, direction?: Direction): void {
    for (const one of ['toService', 'toClient'] as const) {
      if (!direction || direction === one) this.delays[one] = milliseconds;
    }
  }

  /** WebSockets are answered with 403; plain HTTP goes through. */
  refuseUpgrades(): void {
    this.rule = 'refuse upgrades';
  }

  /** WebSockets are cut right after their handshake. */
  cutUpgrades(): void {
    this.rule = 'cut upgrades';
  }

  /** Everything is answered by a page that is not the service's, with 200. */
  portal(): void {
    this.rule = 'portal';
    this.cut();
  }

  /** A good network again. What was swallowed stays lost. */
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
