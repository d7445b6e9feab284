import type { ConnectionAttachment } from '../connection.ts';
import type { RoomHost } from '../host.ts';

/** The minimum time between two lines about a delayed client, in milliseconds. */
const throttleInterval = 10_000;

/** Why a connection has ended. */
export interface SessionEnd {
  readonly by: 'client' | 'service';
  /** The close code; 1006 for a connection without a close frame. */
  readonly code: number;
  readonly reason?: string;
}

/**
 * Writes the story of one connection to the debug log, where the operator has switched it on. Counts are
 * those since the object last woke. Nothing here contains a credential, a name or content.
 */
export class SessionLog {
  readonly #host: Pick<RoomHost, 'monotonicNow' | 'now' | 'trace'>;
  readonly #attachment: () => ConnectionAttachment;
  #received = { frames: 0, bytes: 0 };
  #sent = { frames: 0, bytes: 0 };
  #throttledAt = -Infinity;

  constructor(
    host: Pick<RoomHost, 'monotonicNow' | 'now' | 'trace'>,
    attachment: () => ConnectionAttachment,
  ) {
    this.#host = host;
    this.#attachment = attachment;
  }

  opened(transport: 'websocket' | 'http'): void {
    const { permission, speaksEdgepad, log } = this.#attachment();
    this.#write('connection opened', {
      origin: log?.origin ?? null,
      role: permission.role,
      credential: permission.token ? 'token' : permission.key ? 'key' : 'none',
      transport,
      protocol: speaksEdgepad ? 'edgepad.v1' : 'y-protocols',
    });
  }

  received(bytes: number): void {
    this.#received.frames++;
    this.#received.bytes += bytes;
  }

  sent(bytes: number): void {
    this.#sent.frames++;
    this.#sent.bytes += bytes;
  }

  /** The client asks for the document. */
  requested(message: 'resume' | 'sync-step-1', version: number): void {
    this.#write('sync requested', { message, version, sentBytes: this.#sent.bytes });
  }

  /** The client has sent what the service lacked. */
  synced(): void {
    this.#write('synced', { seconds: this.#seconds });
  }

  /** Messages of the client wait. */
  throttled(): void {
    const now = this.#host.monotonicNow();
    if (now - this.#throttledAt < throttleInterval) return;
    this.#throttledAt = now;
    this.#write('throttled', { receivedFrames: this.#received.frames });
  }

  /** An update was not stored. */
  rejected(reason: string): void {
    this.#write('update rejected', { reason });
  }

  /** A message was left out. */
  ignored(reason: string): void {
    this.#write('message ignored', { reason });
  }

  ended(end: SessionEnd): void {
    this.#write('connection closed', {
      ...end,
      seconds: this.#seconds,
      receivedFrames: this.#received.frames,
      receivedBytes: this.#received.bytes,
      sentFrames: this.#sent.frames,
      sentBytes: this.#sent.bytes,
    });
  }

  /** Since the connection was opened; null for one from before the log was switched on. */
  get #seconds(): number | null {
    const { log } = this.#attachment();
    return log ? Math.round((this.#host.now() - log.openedAt) / 100) / 10 : null;
  }

  #write(event: string, details: Readonly<Record<string, unknown>>): void {
    this.#host.trace?.(event, { connection: this.#attachment().log?.id ?? null, ...details });
  }
}
