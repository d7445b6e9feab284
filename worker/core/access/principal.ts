import { CloseCode } from '../../../protocol/close-codes.ts';
import type { Role } from '../../../protocol/roles.ts';

/** Who somebody is, as the site says that signed their token. A guest has none. */
export interface UserIdentity {
  /** `sub` of the token. */
  readonly id: string | null;
  readonly name: string | null;
  /** `#rrggbb`. */
  readonly color: string | null;
}

/** A token whose signature and claims were found good, before the document was touched. */
export interface TokenPrincipal {
  readonly kind: 'token';
  readonly role: Role;
  /** Milliseconds since the epoch; the second includes the leeway for clocks that differ. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** `jti`, by which it may be revoked alone. */
  readonly id: string | null;
  /** `sub`, by which all of somebody's may. */
  readonly subject: string | null;
  readonly user: UserIdentity | null;
  /** The service it was made for; a token that takes its place must name the same. */
  readonly audience: string;
  /** The only site whose pages may use it; one that takes its place is for the same, or for any. */
  readonly origin: string | null;
  /** Whether it opens a document that is not there yet. */
  readonly mayCreate: boolean;
}

/**
 * What a request has shown, as it goes from the routes to a document; it crosses a process border.
 * The document alone knows its keys, and which tokens it takes no more.
 */
export type Principal =
  /** Open mode: somebody on this machine. */
  | { readonly kind: 'open' }
  /** SHA-256 of the key, base64url. */
  | { readonly kind: 'key'; readonly hash: string }
  | TokenPrincipal;

/** What a document has granted to one who came with a principal. Lies in the attachment. */
export interface Permission {
  readonly role: Role;
  /** The id of the key they came by; null for others. */
  readonly key: string | null;
  /** What a token is revoked by; null for others. */
  readonly token:
    | Pick<TokenPrincipal, 'issuedAt' | 'id' | 'subject' | 'audience' | 'origin'>
    | null;
  /** Milliseconds since the epoch; null for ever. */
  readonly expiresAt: number | null;
  /** Stamped on their presence. */
  readonly user: UserIdentity | null;
}

/** What somebody may do whom no key or token has brought: open mode, and tests. */
export function permissionOf(role: Role): Permission {
  return { role, key: null, token: null, expiresAt: null, user: null };
}

/** Why somebody may not. There is one answer for "not there" and "not yours". */
export type DenialCode =
  | 'unauthenticated'
  | 'bad-token'
  | 'token-expired'
  | 'not-found'
  | 'forbidden'
  | 'revoked'
  | 'limit-reached';

export interface Denial {
  readonly status: 'denied';
  readonly code: DenialCode;
  /** A sentence for people; it says what to do. At most 123 bytes, to fit a close frame. */
  readonly detail: string;
}

export function denial(code: DenialCode, detail: string): Denial {
  return { status: 'denied', code, detail };
}

/** What somebody is told who came to write and may only read. */
export const readOnlyReason = 'You may read this document and not change it';

/** How a socket is closed on a denial. What HTTP answers stands in problem.ts. */
export const closeCodes: Readonly<Record<DenialCode, CloseCode>> = {
  'unauthenticated': CloseCode.unauthenticated,
  'bad-token': CloseCode.unauthenticated,
  'token-expired': CloseCode.unauthenticated,
  'not-found': CloseCode.notFound,
  'forbidden': CloseCode.forbidden,
  'revoked': CloseCode.forbidden,
  'limit-reached': CloseCode.tryAgainLater,
};
