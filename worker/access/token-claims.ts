/**
 * The claims of a token. An invalid claim, or a missing `aud`, `doc`, `role`, `iat` or `exp`, makes the
 * token invalid. No claim has a default, and `null` does not mean "absent". Other claims are ignored.
 */
import { isDocumentName } from '../../protocol/document-name.ts';
import { isRole, type Role } from '../../protocol/roles.ts';
import { tokenLimits } from '../../protocol/access-limits.ts';
import { isHttpOrigin } from '../http/url.ts';
import { badToken } from './token-error.ts';

export interface TokenClaims {
  readonly aud: string;
  readonly doc: string;
  readonly role: Role;
  /** In seconds since the epoch, like `exp` and `nbf`. */
  readonly iat: number;
  readonly exp: number;
  readonly nbf: number | null;
  readonly sub: string | null;
  readonly jti: string | null;
  readonly name: string | null;
  readonly color: string | null;
  readonly origin: string | null;
}

/** The members of a JSON object. A map inherits nothing, and `__proto__` is an ordinary key. */
export type JsonObject = ReadonlyMap<string, unknown>;

/** The end of the year 9999, in seconds. Rejects times in milliseconds. */
const maxTime = 253_402_300_799;

/**
 * Not allowed in a text that other users see: control characters, unpaired surrogates, line breaks and
 * characters that change the direction of the text around them.
 */
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

/** @throws {TokenError} `bad-token` if a required claim is missing, or any is invalid. */
export function readClaims(claims: JsonObject): TokenClaims {
  const doc = claims.get('doc');
  if (typeof doc !== 'string' || !isDocumentName(doc)) {
    throw badToken('the claim "doc" must be the name of a document');
  }
  const aud = claims.get('aud');
  if (typeof aud !== 'string') {
    throw badToken('the claim "aud" must be the URL of this service, as a string');
  }
  const role = claims.get('role');
  if (!isRole(role)) throw badToken('the claim "role" must be "view", "edit" or "own"');
  const iat = timeOf(claims, 'iat');
  const exp = timeOf(claims, 'exp');
  if (exp <= iat) throw badToken('the claim "exp" must be later than "iat"');
  if ((exp - iat) * 1000 > tokenLimits.lifetime) {
    throw badToken('"exp" may be at most 24 hours after "iat"');
  }
  return {
    aud,
    doc,
    role,
    iat,
    exp,
    nbf: claims.has('nbf') ? timeOf(claims, 'nbf') : null,
    sub: textOf(claims, 'sub', tokenLimits.subjectLength),
    jti: textOf(claims, 'jti', tokenLimits.idLength),
    name: textOf(claims, 'name', tokenLimits.nameLength),
    color: colorOf(claims),
    origin: originOf(claims),
  };
}

function timeOf(claims: JsonObject, name: string): number {
  const time = claims.get(name);
  if (typeof time !== 'number' || !Number.isInteger(time) || time < 0 || time > maxTime) {
    throw badToken(`the claim "${name}" must be a whole number of seconds since 1970`);
  }
  return time;
}

function textOf(claims: JsonObject, name: string, maxLength: number): string | null {
  if (!claims.has(name)) return null;
  const text = claims.get(name);
  if (
    typeof text !== 'string' || text.trim() === '' || [...text].length > maxLength ||
    unprintable.test(text)
  ) {
    throw badToken(`the claim "${name}" must be 1 to ${maxLength} printable characters`);
  }
  return text;
}

function colorOf(claims: JsonObject): string | null {
  if (!claims.has('color')) return null;
  const color = claims.get('color');
  if (typeof color !== 'string' || !/^#[0-9a-f]{6}$/i.test(color)) {
    throw badToken('the claim "color" must be "#" and six hexadecimal digits');
  }
  return color;
}

function originOf(claims: JsonObject): string | null {
  if (!claims.has('origin')) return null;
  const origin = claims.get('origin');
  if (typeof origin !== 'string' || !isHttpOrigin(origin)) {
    throw badToken('the claim "origin" must be as a browser sends it: https://site.example');
  }
  return origin;
}
