/**
 * The claims of a token, each of exactly one type and form. What is required and absent, or there
 * and of another form, makes the whole token worthless: no claim has a default, and `null` is not
 * "absent". Claims that are not named here mean nothing.
 */
import { isDocumentName } from '../../protocol/document-name.ts';
import { isRole, type Role } from '../../protocol/roles.ts';
import { tokenLimits } from '../../protocol/token-limits.ts';
import { badToken } from './token-error.ts';

export interface TokenClaims {
  readonly aud: string;
  readonly doc: string;
  readonly role: Role;
  /** Seconds since the epoch, as all times in a token. */
  readonly iat: number;
  readonly exp: number;
  readonly nbf: number | null;
  readonly sub: string | null;
  readonly jti: string | null;
  readonly name: string | null;
  readonly color: string | null;
  readonly origin: string | null;
}

/**
 * The members of a JSON object: as a map, in which nothing is inherited and `__proto__` is a name
 * like any other.
 */
export type JsonObject = ReadonlyMap<string, unknown>;

/** The last second of the year 9999. A time in milliseconds is past it. */
const latest = 253_402_300_799;

/**
 * What must not be in a text that others are shown: control characters, halves of surrogate pairs,
 * line breaks, and what turns the direction of the text around it.
 */
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

/** @throws {TokenError} `bad-token` if a claim is missing or not what it must be. */
export function readClaims(claims: JsonObject): TokenClaims {
  const doc = claims.get('doc');
  if (typeof doc !== 'string' || !isDocumentName(doc)) {
    throw badToken('the claim "doc" must be the name of a document');
  }
  const aud = claims.get('aud');
  if (typeof aud !== 'string') {
    throw badToken('the claim "aud" must be the address of this service, as one text');
  }
  const role = claims.get('role');
  if (!isRole(role)) throw badToken('the claim "role" must be "view", "edit" or "own"');
  const iat = timeOf(claims, 'iat');
  const exp = timeOf(claims, 'exp');
  if (exp <= iat) throw badToken('the claim "exp" must be later than "iat"');
  if ((exp - iat) * 1000 > tokenLimits.lifetime) {
    throw badToken('from "iat" to "exp" may be 24 hours at most');
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
  if (typeof time !== 'number' || !Number.isInteger(time) || time < 0 || time > latest) {
    throw badToken(`the claim "${name}" must be a whole number of seconds since 1970`);
  }
  return time;
}

function textOf(claims: JsonObject, name: string, longest: number): string | null {
  if (!claims.has(name)) return null;
  const text = claims.get(name);
  if (
    typeof text !== 'string' || text.trim() === '' || [...text].length > longest ||
    unprintable.test(text)
  ) {
    throw badToken(`the claim "${name}" must be 1 to ${longest} printable characters`);
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
  if (typeof origin !== 'string' || !isWebOrigin(origin)) {
    throw badToken('the claim "origin" must be as a browser sends it: https://site.example');
  }
  return origin;
}

/** Whether a page can have this origin, and this is how its browser spells it. */
function isWebOrigin(text: string): boolean {
  try {
    const { protocol, origin } = new URL(text);
    return (protocol === 'https:' || protocol === 'http:') && origin === text;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
