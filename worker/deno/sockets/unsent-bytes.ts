/** A socket whose sent bytes the process holds until its client reads them. */
interface BufferingSocket {
  readonly unsentBytes: number;
  /** Ends it and frees what it holds, because the process holds too much. */
  dropOverloaded(): void;
}

const maxBytes = 256 * 1024 * 1024;

/**
 * Limits the memory of what was sent on all WebSockets and is not read. Beyond the limit, the sockets
 * that hold most are dropped. The runtime tells how much a socket holds, but not when that changes, so
 * the sum is exact only when it matters.
 */
export class UnsentBytes {
  readonly limit: number;
  readonly #counted = new Map<BufferingSocket, number>();
  #used = 0;

  constructor(limit = maxBytes) {
    this.limit = limit;
  }

  /** An upper bound of what the sockets hold, also those that are closing. */
  get used(): number {
    return this.#used;
  }

  /** Something was sent on a socket. */
  sent(socket: BufferingSocket): void {
    this.#count(socket);
    if (this.#used <= this.limit) return;
    for (const other of this.#counted.keys()) this.#count(other);
    while (this.#used > this.limit) {
      const [largest] = [...this.#counted].reduce((a, b) => b[1] > a[1] ? b : a);
      this.remove(largest);
      largest.dropOverloaded();
    }
  }

  /** The TCP connection of a socket is closed. */
  remove(socket: BufferingSocket): void {
    this.#used -= this.#counted.get(socket) ?? 0;
    this.#counted.delete(socket);
  }

  #count(socket: BufferingSocket): void {
    const bytes = socket.unsentBytes;
    this.#used += bytes - (this.#counted.get(socket) ?? 0);
    this.#counted.set(socket, bytes);
  }
}
