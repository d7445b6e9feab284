import { CloseCode } from '../../../protocol/close-codes.ts';
import { Refusal } from '../../../protocol/protocol-error.ts';
import type { AccessList } from '../access/access-list.ts';
import type { Connection } from '../connection.ts';
import { closeCodes, type Denial, readsOnly, type TokenCredential } from '../access/principal.ts';
import type { RoomHost } from '../host.ts';

export interface RenewalParts {
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
export class Renewal {
  readonly #parts: RenewalParts;

  constructor(parts: RenewalParts) {
    this.#parts = parts;
  }

  /** What comes of it comes later: signatures are not checked in the same turn. */
  begin(client: Connection, token: string): void {
    const { grant } = client.attachment;
    // Who came otherwise needs none, and is not to blame.
    if (grant.token === null) return;
    const { host, guard } = this.#parts;
    void host.verifyToken(token, grant.token.audience)
      .then((credential) => guard(client, () => this.#grant(client, credential)));
  }

  /** Throws Refusal for a token that is not good, and for one that may only read. */
  #grant(client: Connection, credential: TokenCredential | Denial): void {
    const { host, access, exists, roleChanged } = this.#parts;
    const grant = 'status' in credential ? credential : access.admit(credential, exists());
    if ('status' in grant) throw new Refusal(closeCodes[grant.code], grant.detail);
    const { role: before, token } = client.attachment.grant;
    // Which page has opened the connection nobody knows any more; that it fitted the first token is.
    if (grant.token?.origin && grant.token.origin !== token?.origin) {
      throw new Refusal(CloseCode.unauthenticated, 'This token is for the pages of another site');
    }
    client.attachment = { ...client.attachment, grant };
    host.sweepAt(grant.expiresAt);
    if (grant.role === before) return;
    roleChanged(client);
    // Who only reads gets what is there now, and never how it came to be: not on a connection.
    if (grant.role === 'view') throw new Refusal(CloseCode.forbidden, readsOnly);
  }
}
