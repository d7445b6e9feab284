import type { Connection } from './connection.ts';
import type { RoomHost } from './host.ts';

/** More ids than this a connection may use, but does not own. */
const mostClaims = 8;

/**
 * Which client ids belong to which connection: an id belongs to the connection that first used it,
 * for as long as that is open. Nobody else may speak as this client or write under its id. Kept in the
 * attachments, so it is so after hibernation too.
 */
export class Claims {
  readonly #host: RoomHost;

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

  /** Gives a client id nobody else owns to a connection. */
  claim(connection: Connection, client: number): void {
    const { attachment } = connection;
    if (this.owns(connection, client) || attachment.clients.length >= mostClaims) return;
    connection.attachment = { ...attachment, clients: [...attachment.clients, client] };
  }
}
