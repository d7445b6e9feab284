/**
 * Verifies JSON Web Tokens that a site's back end signs with a shared secret (HS256, RFC 7515 and
 * 7519). docs/TOKENS.md describes them, docs/token-vectors.json has examples, and
 * docs/decisions/0014-verify-tokens-with-our-own-code.md says why this is not a library.
 *
 * The secret determines the algorithm. The header's `alg` is only compared with it.
 */
import type { Role } from '../../protocol/roles.ts';
import { isRecord } from '../../protocol/is-record.ts';
import { tokenLimits } from '../../protocol/access-limits.ts';
import type { UserIdentity } from '../core/access/principal.ts';
import { decodeBase64url } from './base64url.ts';
import { type JsonObject, readClaims, type TokenClaims } from './token-claims.ts';
import { badToken, TokenError } from './token-error.ts';
import type { TokenSecret } from './token-secrets.ts';

/** The claims of a valid token. Times are milliseconds since the epoch. */
export interface VerifiedToken {
  readonly role: Role;
  /** The name of its document. */
  readonly document: string;
  readonly issuedAt: number;
  /** Does not include {@link tokenLimits.leeway}. */
  readonly expiresAt: number;
  /** The claim `jti`. */
  readonly id: string | null;
  /** The claim `sub`. */
  readonly subject: string | null;
  /** Null if the token does not identify a user. */
  readonly user: UserIdentity | null;
  /** The only origin that may use it, which the caller checks; null for any allowed one. */
  readonly origin: string | null;
}

interface TokenExpectation {
  /** The claim `aud`: the URL of this service. */
  readonly audience: string;
  /** The claim `doc`; null to accept any document. */
  readonly document: string | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** @throws {TokenError} if the token is invalid, or not for the expected document. */
export type VerifyToken = (token: string, expected: TokenExpectation) => Promise<VerifiedToken>;

const hmac = { name: 'HMAC', hash: 'SHA-256' } as const;

/** Rejects headers that require support (`crit`) or bring a key (`jwk`, `jku`, `x5u`). */
const headerFields: ReadonlySet<string> = new Set(['alg', 'typ', 'kid']);

/** Returns a function that verifies tokens with these secrets. Keep it: it caches imported keys. */
export function createTokenVerifier(secrets: readonly TokenSecret[]): VerifyToken {
  const keys = new Map<string, CryptoKey>();

  async function keyOf(kid: string): Promise<CryptoKey | null> {
    const secret = secrets.find((secret) => secret.kid === kid);
    if (!secret) return null;
    const cached = keys.get(kid);
    if (cached) return cached;
    const key = await crypto.subtle.importKey('raw', secret.bytes, hmac, false, ['verify']);
    // Not its promise: on Workers a promise of one request may never settle for another request.
    keys.set(kid, key);
    return key;
  }

  return async (token, expected) => {
    if (token.length > tokenLimits.characters) {
      throw badToken(`it is longer than ${tokenLimits.characters} characters`);
    }
    const parts = token.split('.');
    const [header, payload, signature] = parts;
    if (parts.length !== 3 || !header || !payload || signature === undefined) {
      throw badToken('it does not have three parts separated by dots');
    }
    const key = await keyOf(readHeader(header));
    if (!key) throw badToken('its "kid" is not one of this service');
    if (!await isSigned(key, `${header}.${payload}`, signature)) {
      throw badToken('its signature does not match');
    }
    const claims = readClaims(readObject(payload, 'its claims'));
    checkExpectation(claims, expected);
    return toVerifiedToken(claims);
  };
}

/** Checks the header and returns its `kid`. */
function readHeader(part: string): string {
  const header = readObject(part, 'its header');
  if (header.get('alg') !== 'HS256') throw badToken('"alg" in its header must be "HS256"');
  if (header.has('typ') && header.get('typ') !== 'JWT') {
    throw badToken('"typ" in its header must be "JWT" or absent');
  }
  for (const name of header.keys()) {
    if (!headerFields.has(name)) {
      throw badToken('its header may only have "alg", "typ" and "kid"');
    }
  }
  const kid = header.get('kid');
  if (typeof kid !== 'string') throw badToken('its header must have a "kid"');
  return kid;
}

async function isSigned(key: CryptoKey, signed: string, signature: string): Promise<boolean> {
  const bytes = decodeBase64url(signature);
  // WebCrypto compares in constant time.
  return bytes !== null && await crypto.subtle.verify(
    hmac,
    key,
    bytes,
    new TextEncoder().encode(signed),
  );
}

function readObject(part: string, what: string): JsonObject {
  const value = parse(decodeBase64url(part));
  if (!isRecord(value)) {
    throw badToken(`${what} must be a JSON object in UTF-8 and base64url without padding`);
  }
  return new Map(Object.entries(value));
}

function parse(bytes: Uint8Array | null): unknown {
  if (bytes === null) return null;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    // TypeError: not UTF-8. A byte order mark is kept, which makes the JSON invalid.
    if (error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
}

function checkExpectation(
  claims: TokenClaims,
  { audience, document, now }: TokenExpectation,
): void {
  const { leeway } = tokenLimits;
  if (claims.aud !== audience) throw badToken('the claim "aud" is of another service');
  if (claims.iat * 1000 >= now + leeway) {
    throw badToken('the claim "iat" is in the future; check the clock of the signer');
  }
  if (claims.nbf !== null && claims.nbf * 1000 >= now + leeway) {
    throw badToken('the claim "nbf" is in the future');
  }
  if (claims.exp * 1000 <= now - leeway) throw new TokenError('token-expired', 'it has expired');
  if (document !== null && claims.doc !== document) {
    throw new TokenError('wrong-document', 'it is for another document');
  }
}

function toVerifiedToken(claims: TokenClaims): VerifiedToken {
  const { sub, name, color } = claims;
  const isNamed = sub !== null || name !== null || color !== null;
  return {
    role: claims.role,
    document: claims.doc,
    issuedAt: claims.iat * 1000,
    expiresAt: claims.exp * 1000,
    id: claims.jti,
    subject: sub,
    user: isNamed ? { id: sub, name, color } : null,
    origin: claims.origin,
  };
}
