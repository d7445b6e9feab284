import type { AwarenessEntry } from '../../protocol/awareness.ts';
import type { CloseCode } from '../../protocol/close-codes.ts';
import type { Permission } from './access/principal.ts';

/**
 * The state of a connection that survives hibernation with its socket. The platform serializes it, to
 * at most 16,384 bytes. Only the awareness state varies in size; it is limited to 4 KiB.
 */
export interface ConnectionAttachment {
  /** The client's role, and the key or token it was granted for. */
  readonly permission: Permission;
  /** Whether the client negotiated `edgepad.v1`: message batches and acknowledgements. */
  readonly speaksEdgepad: boolean;
  /**
   * The client's address, or its /64 network; null where it is unknown. Absent in connections that
   * were accepted by an earlier version.
   */
  readonly network?: string | null;
  /**
   * Whether the client has requested the document. Before, an `edgepad.v1` client receives no updates:
   * it could not see that they build on other content than it has. Absent in connections that were
   * accepted by an earlier version.
   */
  readonly hasDocument?: boolean;
  /** The schema number of the client's editor; 0 until the client sends one. */
  readonly schema: number;
  /** The first Yjs client ids under which this connection has sent updates, at most two. */
  readonly clients: readonly number[];
  /** The connection's awareness entry as others see it; its state is null after a withdrawal. */
  readonly presence: AwarenessEntry | null;
  /**
   * The clock of the entry as the client has sent it. Lower than that of {@link presence} after the
   * service has renewed the entry. Absent while both are equal.
   */
  readonly sentClock?: number;
  /** When the state of the entry last changed, in milliseconds since the epoch. */
  readonly activeAt?: number;
  /** The state of the entry before it was withdrawn because the client was silent; null while it is not. */
  readonly silentState?: string | null;
  /** Client ids and clocks of entries of other connections that have ended (departed-entries.ts). */
  readonly departed?: readonly (readonly [client: number, clock: number])[];
  /** Whether the client has answered a sync step 1, so that it can be asked whether it is alive. */
  readonly answersProbes?: true;
  /** Identifies the connection in the debug log; absent while that is off. */
  readonly log?: {
    readonly id: string;
    /** In milliseconds since the epoch. */
    readonly openedAt: number;
    /** The origin of the page that has connected; null for a program. */
    readonly origin: string | null;
  };
  /**
   * Whether the service has closed the connection. After hibernation the platform lists the socket of a
   * client that has not answered the close as an open one.
   */
  readonly isClosed?: true;
}

/** Why and how a connection is closed. */
export interface CloseFrame {
  readonly code: CloseCode;
  /** A sentence for the user; at most 123 bytes of it fit into a close frame. */
  readonly reason: string;
}

/** The reason for closing a connection after an unexpected error. */
export const internalErrorReason =
  'The service failed. Everything acknowledged is stored. Reconnect to continue.';

/** One client's connection. Implemented once per runtime, and for HTTP polling in the core. */
export interface Connection {
  /** Reads are cached in memory; each write goes to the platform at once. */
  attachment: ConnectionAttachment;
  /** When the client last sent a frame or a ping, in milliseconds since the epoch. */
  readonly lastSeenAt: number;
  /**
   * How long the client may pause between two requests, in milliseconds. Absent for connections that
   * receive frames immediately.
   */
  readonly pollInterval?: number;
  /** Sends a binary frame. Never throws; a frame for a closed connection is dropped. */
  send(frame: Uint8Array): void;
  /** Starts the closing handshake; the runtime calls `Document.leave` when it ends. Never throws. */
  close(code: CloseCode, reason: string): void;
}
