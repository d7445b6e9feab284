import type { Socket } from 'node:net';

export type Direction = 'toService' | 'toClient';

/** The state of the network; see proxy.ts. */
export interface Network {
  readonly rule: 'allow' | 'down' | 'refuse upgrades' | 'cut upgrades' | 'portal';
  readonly isStalled: boolean;
  /** Latency in milliseconds. */
  readonly delays: Readonly<Record<Direction, number>>;
}

/** The bytes in flight in one direction of a link. */
export class Lane {
  isSwallowing = false;
  #isHeld = false;
  #isStranded = false;
  readonly #network: Network;
  readonly #direction: Direction;
  readonly #to: Socket;
  #waiting: { readonly due: number; readonly bytes: Uint8Array | null }[] = [];

  constructor(network: Network, direction: Direction, to: Socket) {
    this.#network = network;
    this.#direction = direction;
    this.#to = to;
  }

  push(bytes: Uint8Array | null): void {
    const delay = this.#network.delays[this.#direction];
    this.#waiting.push({ due: Date.now() + delay, bytes });
    if (delay > 0) setTimeout(() => this.pump(), delay + 1);
    else this.pump();
  }

  /** Holds the bytes in flight, and never reports that the other side has closed. */
  hold(): void {
    this.#isHeld = this.#isStranded = true;
  }

  release(): void {
    this.#isHeld = false;
    this.pump();
  }

  end(): void {
    if (!this.#isStranded) this.push(null);
  }

  pump(): void {
    while (this.#waiting.length > 0 && !this.#isHeld && !this.#network.isStalled) {
      const { due, bytes } = this.#waiting[0]!;
      if (due > Date.now()) return;
      this.#waiting.shift();
      if (this.isSwallowing || this.#to.destroyed) continue;
      if (bytes) this.#to.write(bytes);
      else this.#to.end();
    }
  }
}
