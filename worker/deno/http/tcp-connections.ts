import type { Socket } from 'node:net';

/** Descriptors for everything but clients: the database of the service, idle documents, files. */
const reservedDescriptors = 300;
/** A client takes one for its connection and two for its document. */
const descriptorsPerClient = 3;
/** More connections than this have no use in one process, */
const maxConnections = 10_000;
/** and fewer than this are not worth starting. */
const minConnections = 32;

/** Requests of one connection whose answers wait for each other. Browsers and proxies send one at a time. */
const maxPipelined = 16;

/**
 * How many connections the process can hold without running out of file descriptors. `open` opens a
 * file and returns the function that closes it; it throws when there are no more descriptors. The limit
 * of the process cannot be read, so this tries it. Throws a RangeError if it is too low to serve clients.
 */
export function countConnections(open: () => () => void): number {
  const wanted = reservedDescriptors + descriptorsPerClient * maxConnections;
  const opened: (() => void)[] = [];
  try {
    while (opened.length < wanted) opened.push(open());
  } catch {
    // All descriptors are in use.
  }
  const count = opened.length;
  for (const close of opened) close();
  const clients = Math.floor((count - reservedDescriptors) / descriptorsPerClient);
  if (clients < minConnections) {
    throw new RangeError(
      `Cannot start: the process may open only ${count} more files. Allow 1024 with "ulimit -n 1024".`,
    );
  }
  return Math.min(maxConnections, clients);
}

/**
 * The TCP connections of the service. When there are too many, a new one replaces the one that has
 * waited longest without a request, so that idle connections cannot keep clients out.
 */
export class TcpConnections {
  readonly limit: number;
  /** What to call for each request in progress when its connection closes. */
  readonly #requests = new Map<Socket, Set<() => void>>();
  /** Those that have sent no request yet, and those between two requests; the oldest first. */
  readonly #fresh = new Set<Socket>();
  readonly #idle = new Set<Socket>();

  constructor(limit: number) {
    this.limit = limit;
  }

  get used(): number {
    return this.#requests.size;
  }

  /** Adds a connection. False if there is no room: every other one has a request in progress. */
  add(socket: Socket): boolean {
    if (this.used >= this.limit && !this.#endOldest()) return false;
    this.#requests.set(socket, new Set());
    this.#fresh.add(socket);
    socket.once('close', () => this.remove(socket));
    return true;
  }

  /**
   * A request has arrived. Returns the function to call when it is answered. If the connection closes
   * before, `onClosed` is called: node:http tells that only the first of several requests. Returns null,
   * and ends the connection, when too many of its requests wait.
   */
  begin(socket: Socket, onClosed: () => void): (() => void) | null {
    const requests = this.#requests.get(socket);
    if (!requests || socket.destroyed) return null; // it has closed
    if (requests.size >= maxPipelined) {
      socket.destroy();
      return null;
    }
    requests.add(onClosed);
    this.#fresh.delete(socket);
    this.#idle.delete(socket);
    return () => {
      requests.delete(onClosed);
      if (requests.size === 0 && this.#requests.has(socket)) this.#idle.add(socket);
    };
  }

  /** Whether a request is in progress. */
  isBusy(socket: Socket): boolean {
    return (this.#requests.get(socket)?.size ?? 0) > 0;
  }

  remove(socket: Socket): void {
    const requests = this.#requests.get(socket) ?? [];
    this.#requests.delete(socket);
    for (const onClosed of requests) onClosed();
    this.#fresh.delete(socket);
    this.#idle.delete(socket);
  }

  /** Ends the connections without a request in progress. */
  endIdle(): void {
    while (this.#endOldest());
  }

  #endOldest(): boolean {
    for (const sockets of [this.#fresh, this.#idle]) {
      for (const oldest of sockets) {
        this.remove(oldest);
        oldest.destroy();
        return true;
      }
    }
    return false;
  }
}
