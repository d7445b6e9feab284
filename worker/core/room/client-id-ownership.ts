import type { Connection } from '../connection.ts';
import type { RoomHost } from '../host.ts';

/** More ids than this a connection may use, but does not own. */
const mostClaims = 8;

/**
 * Which client ids belong to which connection: an id belongs to the connection that first used it,
 * for as long as that is open. Nobody else may speak as this client or write under its id. Kept in the
 * attachments, so it is so after hibernation too.
 */
export class ClientIdOwnership {
  readonly #host: RoomHost;
  /** How far owners have said that they wrote, in updates that could not be stored. */
  readonly #attested = new WeakMap<Connection, Map<number, number>>();

  constructor(host: RoomHost) {
    this.#host = host;
  }

  owns({ attachment }: Connection, client: number): boolean {
    return attachment.clients.includes(client);
  }

  /** The open connection, other than this one, that owns a client id; null where none does. */
  ownerBeside(connection: Connection, client: number): Connection | null {
    for (const other of this.#host.connections()) {
      if (other !== connection && this.owns(other, client)) return other;
    }
    return null;
  }

  /** An owner has shown what it wrote under its own id, up to this clock. */
  confirm(owner: Connection, client: number, clock: number): void {
    const clocks = this.#attested.get(owner) ?? new Map<number, number>();
    this.#attested.set(owner, clocks.set(client, clock));
  }

  /** Whether the owner of a client id has shown that it wrote at least this far. */
  hasConfirmed(owner: Connection, client: number, clock: number): boolean {
    return (this.#attested.get(owner)?.get(client) ?? 0) >= clock;
  }

  /** Gives a client id nobody else owns to a connection. */
  claim(connection: Connection, client: number): void {
    const { attachment } = connection;
    if (this.owns(connection, client) || attachment.clients.length >= mostClaims) return;
    connection.attachment = { ...attachment, clients: [...attachment.clients, client] };
  }
}
