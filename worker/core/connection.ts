import type { AwarenessEntry } from '../../protocol/awareness.ts';
import type { CloseCode } from '../../protocol/close-codes.ts';
import type { Permission } from './access/principal.ts';

/**
 * What is known of one client, and outlives hibernation with its socket. At most 16,384 bytes as
 * the platform serializes it; the awareness state is the only part that grows (4 KiB).
 */
export interface ConnectionAttachment {
  /** What it may do, and by which key or token it came. */
  readonly permission: Permission;
  /** Whether the client asked for `edgepad.v1`: several messages in one frame, acknowledgements. */
  readonly speaksEdgepad: boolean;
  /** The schema its editor knows; 0 when it has not said. */
  readonly schema: number;
  /** The Yjs client ids that belong to this connection, in the order of their first use. */
  readonly clients: readonly number[];
  /** The one awareness entry this client has claimed; its state is null after it withdrew it. */
  readonly presence: AwarenessEntry | null;
}

/** What the room needs of one client. Implemented once for each runtime. */
export interface Connection {
  /** Reading is free (cached in memory); writing goes through to the platform at once. */
  attachment: ConnectionAttachment;
  /** When the client last gave a sign of life, pings included, in milliseconds since the epoch. */
  readonly heardAt: number;
  /**
   * How long the client may leave what waits for it alone and still be there, in milliseconds.
   * Absent for one that hears at once what it is sent.
   */
  readonly restsFor?: number;
  /** Queues a binary frame. Never throws: a client that is gone will be reported as closed. */
  send(frame: Uint8Array): void;
  /** Starts the closing handshake; the room hears of the end by `leave`. Never throws. */
  close(code: CloseCode, reason: string): void;
}
