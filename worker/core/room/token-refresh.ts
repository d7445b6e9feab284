import { CloseCode } from '../../../protocol/close-codes.ts';
import { ProtocolError } from '../../../protocol/protocol-error.ts';
import type { AccessList } from '../access/access-list.ts';
import type { Connection } from '../connection.ts';
import {
  closeCodes,
  type Denial,
  readOnlyReason,
  type TokenPrincipal,
} from '../access/principal.ts';
import type { RoomHost } from '../host.ts';

export interface TokenRefreshParts {
  readonly host: Pick<RoomHost, 'verifyToken' | 'sweepAt'>;
  readonly access: AccessList;
  /** Whether there is a document. */
  exists(): boolean;
  /** Does this on behalf of a client: what it throws ends the connection, if that is still open. */
  guard(client: Connection, work: () => void): void;
  /** The client may do more, or less, from now on. */
  roleChanged(client: Connection): void;
}

/** A fresh token takes the place of the one a connection came by, before that expires. */
export class TokenRefresh {
  readonly #parts: TokenRefreshParts;

  constructor(parts: TokenRefreshParts) {
    this.#parts = parts;
  }

  /** What comes of it comes later: signatures are not checked in the same turn. */
  begin(client: Connection, token: string): void {
    const { permission } = client.attachment;
    // Who came otherwise needs none, and is not to blame.
    if (permission.token === null) return;
    const { host, guard } = this.#parts;
    void host.verifyToken(token, permission.token.audience)
      .then((principal) => guard(client, () => this.#permission(client, principal)));
  }

  /** Throws Refusal for a token that is not good, and for one that may only read. */
  #permission(client: Connection, principal: TokenPrincipal | Denial): void {
    const { host, access, exists, roleChanged } = this.#parts;
    const permission = 'status' in principal ? principal : access.admit(principal, exists());
    if ('status' in permission) {
      throw new ProtocolError(closeCodes[permission.code], permission.detail);
    }
    const { role: before, token } = client.attachment.permission;
    // Which page has opened the connection nobody knows any more; that it fitted the first token is.
    if (permission.token?.origin && permission.token.origin !== token?.origin) {
      throw new ProtocolError(
        CloseCode.unauthenticated,
        'This token is for the pages of another site',
      );
    }
    client.attachment = { ...client.attachment, permission };
    host.sweepAt(permission.expiresAt);
    if (permission.role === before) return;
    roleChanged(client);
    // Who only reads gets what is there now, and never how it came to be: not on a connection.
    if (permission.role === 'view') throw new ProtocolError(CloseCode.forbidden, readOnlyReason);
  }
}
