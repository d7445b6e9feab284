import { CloseCode } from '../../../protocol/close-codes.ts';
import type { Role } from '../../../protocol/roles.ts';

/** The user that a token names. */
export interface UserIdentity {
  /** The claim `sub`. */
  readonly id: string | null;
  readonly name: string | null;
  /** `#rrggbb`. */
  readonly color: string | null;
}

/** A token whose signature and claims have been verified. Times are milliseconds since the epoch. */
export interface TokenPrincipal {
  readonly kind: 'token';
  readonly role: Role;
  readonly issuedAt: number;
  /** Includes the leeway for clock differences. */
  readonly expiresAt: number;
  /** The claim `jti`, which can be revoked. */
  readonly id: string | null;
  /** The claim `sub`, which can be revoked. */
  readonly subject: string | null;
  readonly user: UserIdentity | null;
  /** The service it was issued for. A token that replaces it must name the same one. */
  readonly audience: string;
  /** The only origin that may use it; null for any. A replacement has the same origin, or null. */
  readonly origin: string | null;
  /** Whether it may open a document that does not exist yet. */
  readonly mayCreate: boolean;
}

/**
 * A verified credential, as the routes pass it to a document, across a process boundary. Only the
 * document knows its keys and its revoked tokens, so only the document turns it into a permission.
 */
export type Principal =
  /** Open mode: a request from this machine. */
  | { readonly kind: 'open' }
  /** SHA-256 of the key, base64url. */
  | { readonly kind: 'key'; readonly hash: string }
  | TokenPrincipal;

/** What a document grants a principal. Stored in the attachment of a connection. */
export interface Permission {
  readonly role: Role;
  /** The id of the key; null without one. */
  readonly key: string | null;
  /** What the checks of a revocation and of a replacement token need; null without a token. */
  readonly token:
    | Pick<TokenPrincipal, 'issuedAt' | 'id' | 'subject' | 'audience' | 'origin'>
    | null;
  /** Milliseconds since the epoch; null for a permission that does not expire. */
  readonly expiresAt: number | null;
  /** Written into the client's presence. */
  readonly user: UserIdentity | null;
  /** Whether a reader may connect, see `KeyEntry.history`. */
  readonly history?: boolean;
}

/** A permission that depends on no key and no token: for open mode and tests. */
export function permissionOf(role: Role): Permission {
  return { role, key: null, token: null, expiresAt: null, user: null };
}

/** Why access is denied. `not-found` does not tell a missing document from a wrong key. */
export type DenialCode =
  | 'unauthenticated'
  | 'bad-token'
  | 'token-expired'
  | 'not-found'
  | 'forbidden'
  | 'revoked'
  | 'limit-reached'
  | 'busy'
  /** The service cannot write at present. */
  | 'not-stored';

export interface Denial {
  readonly status: 'denied';
  readonly code: DenialCode;
  /** The cause and the next step, without the last period. At most 123 bytes, as in a close frame. */
  readonly detail: string;
}

export function denial(code: DenialCode, detail: string): Denial {
  return { status: 'denied', code, detail };
}

export function isDenial(answer: unknown): answer is Denial {
  return typeof answer === 'object' && answer !== null && 'status' in answer &&
    answer.status === 'denied';
}

/** Sent to a client that connects to edit and has the role `view`. */
export const readOnlyReason = 'You may read this document but not change it';

/** The close code of each denial. Its HTTP status is in worker/http/problem.ts. */
export const denialCloseCodes: Readonly<Record<DenialCode, CloseCode>> = {
  'unauthenticated': CloseCode.unauthenticated,
  'bad-token': CloseCode.unauthenticated,
  'token-expired': CloseCode.unauthenticated,
  'not-found': CloseCode.notFound,
  'forbidden': CloseCode.forbidden,
  'revoked': CloseCode.forbidden,
  'limit-reached': CloseCode.tryAgainLater,
  'busy': CloseCode.tryAgainLater,
  'not-stored': CloseCode.tryAgainLater,
};
