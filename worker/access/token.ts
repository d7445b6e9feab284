/**
 * Tokens: JSON Web Tokens that a site's back end signs with a secret it shares with this service
 * (HS256, RFC 7515 and 7519). docs/TOKENS.md is for those who sign them, docs/token-vectors.json says
 * by example what is taken and what is not; docs/decisions/0014-tokens-are-read-by-our-own-code.md
 * why this is not a library's work.
 *
 * The algorithm belongs to the secret. What a header says about it can only be wrong.
 */
import type { Role } from '../../protocol/roles.ts';
import { tokenLimits } from '../../protocol/token-limits.ts';
import { decodeBase64url } from './base64url.ts';
import { type JsonObject, readClaims, type TokenClaims } from './token-claims.ts';
import { badToken, TokenError } from './token-error.ts';
import type { TokenSecret } from './token-secrets.ts';

/** What a good token says. Plain values, which may cross from the Worker to a document. */
export interface VerifiedToken {
  readonly role: Role;
  /** The document it is for. */
  readonly document: string;
  /** Milliseconds since the epoch; without the leeway, which is {@link tokenLimits.leeway}. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** The claims `jti` and `sub`: by what it can be revoked. */
  readonly id: string | null;
  readonly subject: string | null;
  /** Who comes with it, as far as the token says; null if it says nothing. */
  readonly user: TokenUser | null;
  /** The only origin whose pages may use it; null for any that is allowed. The caller compares. */
  readonly origin: string | null;
}

/** `id` is the claim `sub`. */
export interface TokenUser {
  readonly id: string | null;
  readonly name: string | null;
  readonly color: string | null;
}

export interface TokenExpectation {
  /** What `aud` must be, to the letter: the address of this service. */
  readonly audience: string;
  /** What `doc` must be; null where any document's name is right. */
  readonly document: string | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** @throws {TokenError} if the token gives no access there and then. */
export type VerifyToken = (token: string, expected: TokenExpectation) => Promise<VerifiedToken>;

const hmac = { name: 'HMAC', hash: 'SHA-256' } as const;

/** No `crit`, `jwk`, `jku`, `x5u`…: a header that wants something of us wants too much. */
const headerFields: ReadonlySet<string> = new Set(['alg', 'typ', 'kid']);

/**
 * Verifies tokens by these secrets; without any, no token is good. Make one and keep it: each key is
 * imported when it is first needed, and then held.
 */
export function createTokenVerifier(secrets: readonly TokenSecret[]): VerifyToken {
  const keys = new Map<string, CryptoKey>();

  async function keyOf(kid: string): Promise<CryptoKey | null> {
    const secret = secrets.find((secret) => secret.kid === kid);
    if (!secret) return null;
    const known = keys.get(kid);
    if (known) return known;
    const key = await crypto.subtle.importKey('raw', secret.bytes, hmac, false, ['verify']);
    // The key and not its promise: on Workers a promise of one request may never settle for others.
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
      throw badToken('it is not three parts with dots between them');
    }
    const key = await keyOf(readHeader(header));
    if (!key) throw badToken('its "kid" names no secret of this service');
    if (!await isSigned(key, `${header}.${payload}`, signature)) {
      throw badToken('its signature does not fit');
    }
    const claims = readClaims(readObject(payload, 'its claims'));
    compare(claims, expected);
    return verified(claims);
  };
}

/** The `kid`, of a header that is as it must be. */
function readHeader(part: string): string {
  const header = readObject(part, 'its header');
  if (header.get('alg') !== 'HS256') throw badToken('its header must have "alg" as "HS256"');
  if (header.has('typ') && header.get('typ') !== 'JWT') {
    throw badToken('its header must have "typ" as "JWT", or not at all');
  }
  for (const name of header.keys()) {
    if (!headerFields.has(name)) {
      throw badToken('its header may have "alg", "typ" and "kid", and nothing else');
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
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badToken(`${what} must be a JSON object in UTF-8 and base64url without padding`);
  }
  return new Map(Object.entries(value));
}

function parse(bytes: Uint8Array | null): unknown {
  if (bytes === null) return null;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    // TypeError: not UTF-8. The byte order mark that is not ignored is no JSON either.
    if (error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
}

function compare(claims: TokenClaims, { audience, document, now }: TokenExpectation): void {
  const { leeway } = tokenLimits;
  if (claims.aud !== audience) throw badToken('the claim "aud" names another service');
  if (claims.iat * 1000 >= now + leeway) {
    throw badToken('the claim "iat" lies in the future; compare the clock of the signer');
  }
  if (claims.nbf !== null && claims.nbf * 1000 >= now + leeway) {
    throw badToken('it is not good yet, says the claim "nbf"');
  }
  if (claims.exp * 1000 <= now - leeway) throw new TokenError('token-expired', 'it has expired');
  if (document !== null && claims.doc !== document) {
    throw new TokenError('wrong-document', 'it is for another document');
  }
}

function verified(claims: TokenClaims): VerifiedToken {
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
