import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { tokenLimits } from '../../../protocol/access-limits.ts';
import { makeTokenVectors } from '../../../scripts/token-vectors.mjs';
import {
  createTokenVerifier,
  type VerifiedToken,
  type VerifyToken,
} from '../../../worker/access/token.ts';
import { TokenError, type TokenErrorCode } from '../../../worker/access/token-error.ts';
import { parseTokenSecrets } from '../../../worker/access/token-secrets.ts';
import { Random } from '../../support/random.ts';
import { settingOf, type TokenVectors } from '../../support/service/token-vectors.ts';

const text = readFileSync('docs/token-vectors.json', 'utf8');
const file: TokenVectors = JSON.parse(text);
const secrets = parseTokenSecrets(settingOf(file));
const verifyByFile = createTokenVerifier(secrets);
const place = { audience: file.audience, document: file.document, now: file.now * 1000 };

/** A valid token with the required claims only. */
const valid = file.vectors[0]!.token;
const claims = {
  aud: file.audience,
  doc: file.document,
  role: 'edit',
  iat: file.now - 60,
  exp: file.now + 540,
};

function encode(text: string | Uint8Array): string {
  return Buffer.from(text).toString('base64url');
}

function sign(claims: string, secret = secrets[0]!.bytes): string {
  const signed = `${encode('{"alg":"HS256","kid":"a"}')}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

/** The verified token, or the code of its TokenError. Another error fails the test. */
async function verifyOrCode(
  token: string,
  { verify = verifyByFile, ...more }: { verify?: VerifyToken; document?: string | null } = {},
): Promise<VerifiedToken | TokenErrorCode> {
  try {
    return await verify(token, { ...place, ...more });
  } catch (error) {
    if (error instanceof TokenError) return error.code;
    throw error;
  }
}

describe('T1 token vectors', () => {
  it('[T1] the file matches the script that generates it', () => {
    expect(text).toBe(makeTokenVectors());
  });

  it('[T1] names and tokens are unique, and every outcome occurs', () => {
    const { vectors } = file;
    expect(new Set(vectors.map(({ name }) => name)).size).toBe(vectors.length);
    expect(new Set(vectors.map(({ token }) => token)).size).toBe(vectors.length);
    const outcomes = new Set(vectors.map(({ expect }) => expect));
    expect([...outcomes].sort()).toEqual(['bad-token', 'ok', 'token-expired', 'wrong-document']);
  });

  for (const vector of file.vectors) {
    it(`[T1] ${vector.expect}: ${vector.name}`, async () => {
      const found = await verifyOrCode(vector.token);
      expect(found).toEqual(vector.expect === 'ok' ? vector.verified : vector.expect);
    });
  }
});

it('[T2] an error names the fault and repeats nothing of the token', async () => {
  for (const vector of file.vectors.filter(({ expect }) => expect !== 'ok')) {
    const error: unknown = await verifyByFile(vector.token, place).catch((error) => error);
    if (!(error instanceof TokenError)) throw new Error(vector.name, { cause: error });
    expect(error.message, vector.name).toMatch(/^Cannot accept token: .*[^.]$/);
    // It may become a close reason.
    expect(Buffer.byteLength(error.message), vector.name).toBeLessThanOrEqual(123);
    const parts = vector.token.split('.').filter((part) => part.length > 3);
    for (const part of [...parts, ...Object.values(file.secrets)]) {
      expect(error.message, vector.name).not.toContain(part);
    }
    if (vector.name === 'exp in milliseconds') expect(error.message).toMatch(/"exp".*seconds/);
  }
});

describe('T3 only the token counts', () => {
  afterEach(() => {
    for (const name of Object.keys(Object.prototype)) {
      Reflect.deleteProperty(Object.prototype, name);
    }
  });

  it('[T3] inherited properties are ignored', async () => {
    Object.assign(Object.prototype, { role: 'own', kid: 'a', crit: [] });
    const { role: _, ...roleless } = claims;
    expect(await verifyOrCode(sign(JSON.stringify(roleless)))).toBe('bad-token');
    expect(await verifyOrCode(valid)).toMatchObject({ role: 'edit' });
  });

  it('[T3] without an expected document, the token names it and still expires', async () => {
    const other = sign(JSON.stringify({ ...claims, doc: 'other', role: 'own' }));
    expect(await verifyOrCode(other, { document: null })).toMatchObject({ document: 'other' });
    const nameless = sign(JSON.stringify({ ...claims, doc: '' }));
    expect(await verifyOrCode(nameless, { document: null })).toBe('bad-token');
    const old = sign(JSON.stringify({ ...claims, iat: 10, exp: 20 }));
    expect(await verifyOrCode(old, { document: null })).toBe('token-expired');
  });

  it('[T3] a verified token can be cloned and serialized', async () => {
    const verified = await verifyByFile(valid, place);
    expect(structuredClone(verified)).toEqual(verified);
    expect(JSON.parse(JSON.stringify(verified))).toEqual(verified);
  });
});

describe('T4 only the signer can create a token', () => {
  it('[T4] rejects a valid token with any change', async () => {
    const random = new Random(7);
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \0é🌱';
    for (const { token } of file.vectors.filter(({ expect }) => expect === 'ok')) {
      for (let round = 0; round < 150; round += 1) {
        const changed = changeText(token, [...letters], random);
        if (changed === token) continue;
        expect(await verifyOrCode(changed), changed).toBe('bad-token');
      }
    }
  });

  it('[T4] rejects each character replaced, removed or doubled', async () => {
    for (let at = 0; at < valid.length; at += 1) {
      const [before, after] = [valid.slice(0, at), valid.slice(at + 1)];
      const character = valid[at]!;
      const neighbour = String.fromCharCode(character.charCodeAt(0) + 1);
      for (const changed of ['', neighbour, character + character]) {
        expect(await verifyOrCode(before + changed + after), `${at} ${changed}`).toBe('bad-token');
      }
    }
  });

  it('[T4] rejects changed bytes under an old signature', async () => {
    const random = new Random(8);
    const parts = valid.split('.').map((part) => Buffer.from(part, 'base64url'));
    for (let round = 0; round < 1500; round += 1) {
      const changed = parts.map((part) => new Uint8Array(part));
      const part = random.pick(changed);
      part[random.below(part.length)]! ^= 1 + random.below(255);
      expect(await verifyOrCode(changed.map(encode).join('.'))).toBe('bad-token');
    }
  });

  it('[T4] rejects any other secret, on either side', async () => {
    const random = new Random(9);
    for (let round = 0; round < 200; round += 1) {
      const bytes = Uint8Array.from({ length: 32 + random.below(64) }, () => random.below(256));
      expect(await verifyOrCode(sign(JSON.stringify(claims), bytes))).toBe('bad-token');
      const verify = createTokenVerifier([{ kid: 'a', bytes }]);
      expect(await verifyOrCode(valid, { verify })).toBe('bad-token');
      expect(await verifyOrCode(sign(JSON.stringify(claims), bytes), { verify })).toMatchObject({
        role: 'edit',
      });
    }
  });

  it('[T4] rejects every token without a secret', async () => {
    expect(await verifyOrCode(valid, { verify: createTokenVerifier([]) })).toBe('bad-token');
  });
});

it('[T5] rejects random signed claims, and accepts only what is within all limits', async () => {
  const random = new Random(10);
  // JSON texts, including some that JSON.stringify does not write.
  const values = [
    ...['null', 'true', '0', '-0', '-1', '1.5', '1e999', '-1e999', '9007199254740993', '""', '" "'],
    ...[
      '[]',
      '{}',
      '["edit"]',
      '"view"',
      '"edit"',
      '"own"',
      '"EDIT"',
      '"*"',
      '"#7c3aed"',
      '"null"',
    ],
    ...['"\\u0000"', '"\\ud800"', '"\\u2028"', '"https://site.example"', '"javascript:alert(1)"'],
    ...[`"${file.audience}"`, `"${file.document}"`, `"${'x'.repeat(129)}"`, 'NaN', '', '}{'],
    ...[-86_401, -3600, -61, -60, -59, 0, 59, 60, 61, 3600, 86_401].map((s) => `${file.now + s}`),
  ];
  const names = [
    ...Object.keys(claims),
    ...['nbf', 'sub', 'jti', 'name', 'color', 'origin', '__proto__', 'constructor', 'toString'],
  ];
  let passed = 0;
  for (let round = 0; round < 4000; round += 1) {
    const members = new Map(Object.entries(claims).map(([k, v]) => [k, JSON.stringify(v)]));
    for (let left = 1 + random.below(3); left > 0; left -= 1) {
      const name = random.pick(names);
      if (random.chance(0.1)) members.delete(name);
      else members.set(name, random.pick(values));
    }
    const json = `{${[...members].map(([name, value]) => `"${name}":${value}`).join()}}`;
    const found = await verifyOrCode(sign(json));
    if (typeof found === 'string') continue;
    passed += 1;
    const { issuedAt, expiresAt, role, user, origin } = found;
    expect(found.document).toBe(file.document);
    expect(`"${role}"`).toBe(members.get('role'));
    expect(members.get('aud')).toBe(`"${file.audience}"`);
    expect(issuedAt).toBeLessThan(place.now + tokenLimits.leeway);
    expect(expiresAt).toBeGreaterThan(place.now - tokenLimits.leeway);
    expect(expiresAt - issuedAt).toBeGreaterThan(0);
    expect(expiresAt - issuedAt).toBeLessThanOrEqual(tokenLimits.lifetime);
    for (const name of [found.id, found.subject, user?.name ?? null]) {
      if (name !== null) expect(name.trim()).not.toBe('');
    }
    if (origin !== null) expect(origin).toBe(new URL(origin).origin);
  }
  // Otherwise the test would prove nothing.
  expect(passed).toBeGreaterThan(100);
});

describe('T6 EDGEPAD_TOKEN_SECRETS', () => {
  const one = encode('x'.repeat(32));
  const two = encode('y'.repeat(48));

  it('[T6] holds none, one or two secrets', () => {
    for (const nothing of [undefined, '', ' \n']) expect(parseTokenSecrets(nothing)).toEqual([]);
    const bytes = Uint8Array.from(Buffer.from('x'.repeat(32)));
    expect(parseTokenSecrets(`2026-11:${one}\n`)).toEqual([{ kid: '2026-11', bytes }]);
    for (const gap of [' ', ',', ', ', '\n']) {
      const kids = parseTokenSecrets(`a:${one}${gap}b:${two}`).map(({ kid }) => kid);
      expect(kids).toEqual(['a', 'b']);
    }
  });

  const wrong: readonly (readonly [string, RegExp])[] = [
    [`a:${encode('x'.repeat(31))}`, /the secret of entry 1 has 31 bytes, and needs 32/],
    [`a:${one} b:`, /the secret of entry 2 has 0 bytes/],
    [`a:${one} b:${two} c:${one}`, /there are 3 entries/],
    [`a:${one} a:${two}`, /the same kid/],
    [one, /entry 1 has no colon/],
    [`:${one}`, /the kid of entry 1/],
    [`${'k'.repeat(65)}:${one}`, /the kid of entry 1/],
    [`schlüssel:${one}`, /the kid of entry 1/],
    [`a:${one}=`, /the secret of entry 1 is not base64url/],
    [`a:${one.slice(0, -1)}+`, /the secret of entry 1 is not base64url/],
    [`a:${one.slice(0, -1)}h`, /the secret of entry 1 is not base64url/],
    [`a:${one}:${one}`, /the secret of entry 1 is not base64url/],
  ];
  for (const [setting, sentence] of wrong) {
    it(`[T6] rejects ${setting.length} characters: ${sentence.source}`, () => {
      let message = '';
      try {
        parseTokenSecrets(setting);
      } catch (error) {
        if (error instanceof TypeError) message = error.message;
      }
      expect(message).toMatch(/^Cannot read EDGEPAD_TOKEN_SECRETS: /);
      expect(message).toMatch(sentence);
      for (const part of setting.split(/[:\s]/).filter((part) => part.length > 8)) {
        expect(message).not.toContain(part);
      }
    });
  }
});

/** Inserts, removes, replaces or swaps one to four characters, or cuts the end off. */
function changeText(text: string, letters: readonly string[], random: Random): string {
  const characters = [...text];
  for (let left = 1 + random.below(4); left > 0; left -= 1) {
    const at = random.below(characters.length);
    const other = random.below(characters.length);
    const way = random.below(5);
    if (way === 0) characters.splice(at, 0, random.pick(letters));
    else if (way === 1) characters.splice(at, 1);
    else if (way === 2) characters[at] = random.pick(letters);
    else if (way === 3) {
      [characters[at], characters[other]] = [characters[other]!, characters[at]!];
    } else characters.length = Math.max(1, at);
  }
  return characters.join('');
}
