/**
 * Writes docs/token-vectors.json: valid and invalid tokens with the service's answer to each. They test
 * implementations in other languages.
 *
 *   node scripts/token-vectors.mjs
 *
 * Signs with node:crypto and shares no code with the service, so that it detects the service's errors.
 * The output is deterministic.
 */
import { Buffer } from 'node:buffer';
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const secretA = Buffer.from('public, for tests only: secret one');
const secretB = Buffer.from('public, for tests only: the second secret');
const stranger = Buffer.from('public, for tests only: not configured');
const audience = 'https://pad.example';
const documentName = 'minutes-2026';
const now = 1_800_000_000;
const day = 24 * 60 * 60;

const header = { alg: 'HS256', typ: 'JWT', kid: 'a' };
const claims = { aud: audience, doc: documentName, role: 'edit', iat: now - 60, exp: now + 540 };

function encode(value) {
  const bytes = typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value);
  return Buffer.from(bytes).toString('base64url');
}

function hmac(signed, secret, hash = 'sha256') {
  return createHmac(hash, secret).update(signed).digest('base64url');
}

/** Returns a correctly signed token. Text and bytes are used as they are, other values as JSON. */
function sign(header, claims, { secret = secretA, hash = 'sha256' } = {}) {
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${hmac(signed, secret, hash)}`;
}

const withHeader = (fields, signing) => sign({ ...header, ...fields }, claims, signing);
const withClaims = (fields) => sign(header, { ...claims, ...fields });
const without = (object, name) =>
  Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
/** Adds a member as literal JSON text, which JSON.stringify could not write. */
const withText = (claims, text) => sign(header, `${JSON.stringify(claims).slice(0, -1)},${text}}`);
const withExp = (text) => withText(without(claims, 'exp'), `"exp":${text}`);
const at = (iat, exp) => withClaims({ iat, exp });

const good = sign(header, claims);
const [goodHeader, goodClaims, goodSignature] = good.split('.');

/** Returns a valid token of `length` characters, padded with an unknown claim. */
function ofLength(length) {
  for (let filling = length;; filling -= 1) {
    const more = { ...claims, site: 'x'.repeat(filling) };
    // Base64 never has a length of 4n + 1; a space in the header corrects that.
    for (const fields of [header, `${JSON.stringify(header)} `]) {
      const token = sign(fields, more);
      if (token.length === length) return token;
    }
  }
}

/** Returns another spelling of the same bytes: some bits of the last character are unused. */
function withStrayBits(text) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return text.slice(0, -1) + alphabet[alphabet.indexOf(text.at(-1)) + 1];
}

const verifiedAs = {
  role: 'edit',
  document: documentName,
  issuedAt: (now - 60) * 1000,
  expiresAt: (now + 540) * 1000,
  id: null,
  subject: null,
  user: null,
  origin: null,
};

const vectors = [];
function ok(name, token, verified, why) {
  vectors.push({ name, token, expect: 'ok', why, verified: { ...verifiedAs, ...verified } });
}
function refused(code, name, token, why) {
  vectors.push({ name, token, expect: code, why });
}
const bad = (...vector) => refused('bad-token', ...vector);

// Valid.
ok('minimal', good, {}, 'the five required claims');
ok('second secret', withHeader({ kid: 'b' }, { secret: secretB }), {}, 'two secrets may be active');
ok('no typ', sign(without(header, 'typ'), claims), {}, 'typ is optional');
ok('view', withClaims({ role: 'view' }), { role: 'view' }, 'role view');
ok('own', withClaims({ role: 'own' }), { role: 'own' }, 'role own');
ok(
  'identity',
  withClaims({ sub: 'u-42', name: 'Zoë 🌱 Ōta', color: '#7C3AED', jti: 'f00d' }),
  { id: 'f00d', subject: 'u-42', user: { id: 'u-42', name: 'Zoë 🌱 Ōta', color: '#7C3AED' } },
  'sub, name, color and jti, with characters of two, three and four bytes',
);
ok(
  'name alone',
  withClaims({ name: 'Ada' }),
  { user: { id: null, name: 'Ada', color: null } },
  'each part of an identity is optional',
);
ok(
  'longest texts',
  withClaims({ sub: 's'.repeat(128), jti: 'j'.repeat(128), name: '🌱'.repeat(64) }),
  {
    id: 'j'.repeat(128),
    subject: 's'.repeat(128),
    user: { id: 's'.repeat(128), name: '🌱'.repeat(64), color: null },
  },
  'lengths are counted in Unicode characters',
);
ok(
  'origin',
  withClaims({ origin: 'https://site.example' }),
  { origin: 'https://site.example' },
  'the origin of the pages that may use it',
);
ok(
  'origin with a port',
  withClaims({ origin: 'http://localhost:3000' }),
  { origin: 'http://localhost:3000' },
  'as browsers send it',
);
ok('other claims', withClaims({ iss: 'site', admin: true }), {}, 'unknown claims are ignored');
ok(
  'time as 18e8',
  withExp('18.0000054e8'),
  {},
  'an integer in any JSON notation',
);
ok(
  'expired within leeway',
  at(now - 3600, now - 59),
  { issuedAt: (now - 3600) * 1000, expiresAt: (now - 59) * 1000 },
  'clocks may differ by less than 60 seconds',
);
ok(
  'issued within leeway',
  at(now + 59, now + 600),
  { issuedAt: (now + 59) * 1000, expiresAt: (now + 600) * 1000 },
  'clocks may differ by less than 60 seconds',
);
ok('nbf in the past', withClaims({ nbf: now - 30 }), {}, 'nbf is optional and checked');
ok('nbf within leeway', withClaims({ nbf: now + 59 }), {}, 'nbf is optional and checked');
ok(
  '24 hours',
  at(now - 60, now - 60 + day),
  { expiresAt: (now - 60 + day) * 1000 },
  'the maximum lifetime',
);
ok('2048 characters', ofLength(2048), {}, 'the maximum length');

// Expired, or for another document.
const expired = (...vector) => refused('token-expired', ...vector);
expired('expired', at(now - 7200, now - 3600), 'expired an hour ago');
expired('expired at the leeway', at(now - 3600, now - 60), 'expired 60 seconds ago');
expired('expired in 1970', at(0, 1), 'zero is a valid time');
const elsewhere = (...vector) => refused('wrong-document', ...vector);
elsewhere('other document', withClaims({ doc: 'minutes-2027' }), 'doc is compared by value');
elsewhere('document in capitals', withClaims({ doc: 'Minutes-2026' }), 'names are case-sensitive');
elsewhere('beginning of the name', withClaims({ doc: 'minutes' }), 'patterns are not supported');

// Not signed, or not with the named secret.
bad('none', `${encode({ ...header, alg: 'none' })}.${goodClaims}.`, 'alg none');
bad('none, signed', withHeader({ alg: 'none' }), 'alg none with a valid signature');
bad('None', `${encode({ ...header, alg: 'None' })}.${goodClaims}.`, 'alg none in another case');
bad('empty signature', `${goodHeader}.${goodClaims}.`, 'no signature');
bad('hs256', withHeader({ alg: 'hs256' }), 'alg is compared by value');
bad('HS384', withHeader({ alg: 'HS384' }, { hash: 'sha384' }), 'correctly signed with HS384');
bad('HS512', withHeader({ alg: 'HS512' }, { hash: 'sha512' }), 'correctly signed with HS512');
bad(
  'HS512 named HS256',
  sign(header, claims, { hash: 'sha512' }),
  'the signature does not match alg',
);
bad('RS256', withHeader({ alg: 'RS256' }), 'an RS256 header on an HS256 token');
bad('ES256', withHeader({ alg: 'ES256' }), 'an ES256 header on an HS256 token');
bad('alg missing', sign(without(header, 'alg'), claims), 'alg is required');
bad('alg as a list', withHeader({ alg: ['HS256'] }), 'alg must be a string');
bad('another secret', sign(header, claims, { secret: stranger }), 'signed with an unknown secret');
bad('the other secret', withHeader({ kid: 'b' }), 'kid b, signed with the secret of a');
bad('unknown kid', withHeader({ kid: 'c' }), 'unknown secret');
bad('missing kid', sign(without(header, 'kid'), claims), 'kid is required');
bad('empty kid', withHeader({ kid: '' }), 'unknown secret');
bad('kid as a number', withHeader({ kid: 1 }), 'kid must be a string');
bad(
  'kid constructor',
  withHeader({ kid: 'constructor' }),
  'properties of every object are not secrets',
);
bad(
  'kid __proto__',
  withHeader({ kid: '__proto__' }),
  'properties of every object are not secrets',
);
bad(
  'tampered claims',
  `${goodHeader}.${encode({ ...claims, role: 'own' })}.${goodSignature}`,
  'the signature belongs to other claims',
);
bad(
  'tampered header',
  `${encode(without(header, 'typ'))}.${goodClaims}.${goodSignature}`,
  'the signature belongs to another header',
);
bad('cut signature', good.slice(0, -4), '29 bytes of 32');
bad(
  'signature of signature',
  sign(header, claims) + goodSignature,
  'a signature of twice the length',
);

// Headers with unsupported fields.
bad('crit', withHeader({ crit: ['exp'] }), 'no extension is supported');
bad('crit b64', withHeader({ crit: ['b64'], b64: false }), 'no extension is supported');
bad('jwk', withHeader({ jwk: { kty: 'oct', k: encode(secretA) } }), 'a key in the header');
bad('jku', withHeader({ jku: 'https://evil.example/keys' }), 'a key by URL');
bad('x5u', withHeader({ x5u: 'https://evil.example/cert' }), 'a certificate by URL');
bad('x5c', withHeader({ x5c: ['MIIB'] }), 'a certificate in the header');
bad('zip', withHeader({ zip: 'DEF' }), 'unknown field');
bad('typ at+jwt', withHeader({ typ: 'at+jwt' }), 'a token for another purpose');
bad('typ jwt', withHeader({ typ: 'jwt' }), 'typ is compared by value');
bad('typ null', withHeader({ typ: null }), 'null is not the same as absent');

// Not a token.
bad('empty', '', 'an empty string');
bad('one part', 'abc', 'no dots');
bad('two parts', `${goodHeader}.${goodClaims}`, 'one dot');
bad('two dots too many', `${good}..`, 'five parts');
bad('dots alone', '..', 'three empty parts');
bad('oversized', ofLength(2049), '2049 characters, correctly signed');
bad('padded', `${goodHeader}=.${goodClaims}.${goodSignature}=`, 'padding is not allowed');
bad('trailing space', `${good} `, 'white space is not allowed');
bad('line break inside', `${good.slice(0, 20)}\n${good.slice(20)}`, 'white space is not allowed');
bad('scheme', `Bearer ${good}`, 'must be the token alone');
bad(
  'stray bits in the signature',
  `${goodHeader}.${goodClaims}.${withStrayBits(goodSignature)}`,
  'another spelling of the same 32 bytes',
);
for (const [rest, blanks] of [['one byte', 1], ['two bytes', 2]]) {
  const json = JSON.stringify(claims);
  const text = json + ' '.repeat((blanks + 3 - json.length % 3) % 3);
  const signed = `${goodHeader}.${withStrayBits(encode(text))}`;
  bad(
    `stray bits after ${rest}`,
    `${signed}.${hmac(signed, secretA)}`,
    'another spelling of the claims, correctly signed',
  );
}
{
  const bytes = Buffer.from(JSON.stringify({ ...claims, site: '~~~???>>>' }));
  const signed = `${goodHeader}.${bytes.toString('base64').replace(/=+$/, '')}`;
  bad(
    'base64',
    `${signed}.${hmac(signed, secretA)}`,
    'the alphabet with + and /, correctly signed',
  );
}
{
  const signed = `${goodHeader}.${goodClaims}${'='.repeat((4 - goodClaims.length % 4) % 4 || 4)}`;
  bad('padded claims', `${signed}.${hmac(signed, secretA)}`, 'padding, correctly signed');
}
bad('header not JSON', sign('HS256', claims), 'the header must be a JSON object');
bad('header as a list', sign([header], claims), 'the header must be a JSON object');
bad('claims not JSON', sign(header, 'role=edit'), 'claims must be a JSON object');
bad('claims as a list', sign(header, [claims]), 'claims must be a JSON object');
bad('claims null', sign(header, 'null'), 'claims must be a JSON object');
bad('claims as a string', sign(header, JSON.stringify('edit')), 'claims must be a JSON object');
bad(
  'byte order mark',
  sign(header, `\ufeff${JSON.stringify(claims)}`),
  'JSON must start with a brace',
);
bad(
  'not UTF-8',
  sign(header, Buffer.from(JSON.stringify({ ...claims, name: 'Zo\u00eb' }), 'latin1')),
  'a name in Latin-1',
);

// Invalid claims.
for (const name of ['aud', 'doc', 'role', 'iat', 'exp']) {
  bad(`${name} missing`, sign(header, without(claims, name)), 'required claim');
  bad(`${name} null`, withClaims({ [name]: null }), 'null is not a value');
}
bad('no claims', sign(header, {}), 'required claims');
bad('other service', withClaims({ aud: 'https://pad.example.org' }), 'aud is compared by value');
bad('aud with a slash', withClaims({ aud: `${audience}/` }), 'aud is compared by value');
bad('aud in capitals', withClaims({ aud: 'https://PAD.example' }), 'aud is compared by value');
bad('aud as a list', withClaims({ aud: [audience] }), 'must be a string, not a list');
bad('doc *', withClaims({ doc: '*' }), 'patterns are not supported');
bad('doc empty', withClaims({ doc: '' }), 'not a valid document name');
bad('doc as a list', withClaims({ doc: [documentName] }), 'must be a string, not a list');
bad('doc with a path', withClaims({ doc: `${documentName}/../x` }), 'not a valid document name');
bad('Edit', withClaims({ role: 'Edit' }), 'roles are lower case');
bad('role with a space', withClaims({ role: 'edit ' }), 'role is compared by value');
bad('role admin', withClaims({ role: 'admin' }), 'unknown role');
bad('role as a list', withClaims({ role: ['edit'] }), 'must be a string, not a list');
bad('role true', withClaims({ role: true }), 'must be a string');
bad(
  '__proto__',
  sign(header, `{"__proto__":${JSON.stringify(claims)}}`),
  'claims are never inherited',
);
bad(
  'role in __proto__',
  withText(without(claims, 'role'), '"__proto__":{"role":"own"}'),
  'claims are never inherited',
);
bad('exp as a string', withClaims({ exp: String(now + 540) }), 'times are numbers');
bad('exp NaN', withExp('NaN'), 'not JSON');
bad('exp Infinity', withExp('Infinity'), 'not JSON');
bad('exp 1e999', withExp('1e999'), 'not a finite number');
bad('exp huge', withExp('1e300'), 'beyond any date');
bad('exp in milliseconds', withClaims({ exp: (now + 540) * 1000 }), 'times are in seconds');
bad('exp negative', at(-3600, -1), 'before 1970');
bad('exp a fraction', withClaims({ exp: now + 540.5 }), 'times are whole seconds');
bad('exp true', withClaims({ exp: true }), 'times are numbers');
bad('iat as a string', withClaims({ iat: String(now - 60) }), 'times are numbers');
bad('iat a fraction', withClaims({ iat: now - 60.25 }), 'times are whole seconds');
bad('iat negative', withClaims({ iat: -1 }), 'before 1970');
bad('not yet', at(now + 3600, now + 7200), 'issued an hour in the future');
bad('not yet at the leeway', at(now + 60, now + 600), '60 seconds in the future');
bad('nbf in the future', withClaims({ nbf: now + 300 }), 'nbf is in the future');
bad('nbf at the leeway', withClaims({ nbf: now + 60 }), '60 seconds in the future');
bad('nbf as a string', withClaims({ nbf: String(now - 60) }), 'times are numbers');
bad('exp is iat', at(now, now), 'exp must be later than iat');
bad('exp before iat', at(now + 30, now + 20), 'exp must be later than iat');
bad('24 hours and a second', at(now - 60, now - 59 + day), 'beyond the maximum lifetime');
bad('a year', at(now - 60, now + 365 * day), 'beyond the maximum lifetime');
bad('sub empty', withClaims({ sub: '' }), 'must not be empty');
bad('sub as a number', withClaims({ sub: 42 }), 'sub must be a string');
bad('sub null', withClaims({ sub: null }), 'null is not the same as absent');
bad('sub too long', withClaims({ sub: 's'.repeat(129) }), '129 characters');
bad('jti as a number', withClaims({ jti: 7 }), 'jti must be a string');
bad('jti too long', withClaims({ jti: 'j'.repeat(129) }), '129 characters');
bad('name blank', withClaims({ name: '  ' }), 'must not be empty');
bad('name too long', withClaims({ name: 'n'.repeat(65) }), '65 characters');
bad('name with a line break', withClaims({ name: 'Ada\nLovelace' }), 'no control characters');
bad('name with a line separator', withClaims({ name: 'Ada\u2028Lovelace' }), 'no line separators');
bad(
  'name with a direction override',
  withClaims({ name: 'Ada\u202egnivol' }),
  'would reverse the text after it',
);
bad('name cut in half', withClaims({ name: 'Ada \ud83c' }), 'half a surrogate pair');
bad('name as an object', withClaims({ name: { first: 'Ada' } }), 'name must be a string');
bad('color by name', withClaims({ color: 'red' }), '# and six hexadecimal digits');
bad('color short', withClaims({ color: '#abc' }), '# and six hexadecimal digits');
bad('color with more text', withClaims({ color: '#7c3aed;top:0' }), '# and six hexadecimal digits');
bad('origin with a path', withClaims({ origin: 'https://site.example/' }), 'no path, not even "/"');
bad('origin null', withClaims({ origin: 'null' }), 'identifies no page');
bad('origin *', withClaims({ origin: '*' }), 'patterns are not supported');
bad(
  'origin in capitals',
  withClaims({ origin: 'https://Site.example' }),
  'must be as browsers send it',
);
bad(
  'origin with the default port',
  withClaims({ origin: 'https://site.example:443' }),
  'must be as browsers send it',
);
bad('origin of a file', withClaims({ origin: 'file:///etc/passwd' }), 'http or https');
bad('origin by ftp', withClaims({ origin: 'ftp://site.example' }), 'http or https');

/** Returns the content of docs/token-vectors.json. */
export function makeTokenVectors() {
  const file = {
    about:
      'Tokens and the answer of a service with these secrets at this address, for a request for ' +
      'this document. Times are in seconds; times in "verified" are in milliseconds. The secrets ' +
      'are public: never use them. Generated by scripts/token-vectors.mjs; see TOKENS.md.',
    secrets: { a: secretA.toString('base64url'), b: secretB.toString('base64url') },
    audience,
    document: documentName,
    now,
    vectors,
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(join(import.meta.dirname, '../docs/token-vectors.json'), makeTokenVectors());
}
