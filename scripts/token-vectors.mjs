/**
 * Writes docs/token-vectors.json: tokens, good and bad, and what the service says to each. Whoever
 * signs or verifies tokens in another language can try their code on it.
 *
 *   node scripts/token-vectors.mjs
 *
 * Signs with node:crypto and shares no code with the service, so that a mistake there shows here. The
 * same file comes out every time.
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

/** A token of these two parts, text or bytes as they are, all else as JSON; signed as it should be. */
function sign(header, claims, { secret = secretA, hash = 'sha256' } = {}) {
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${hmac(signed, secret, hash)}`;
}

const withHeader = (fields, signing) => sign({ ...header, ...fields }, claims, signing);
const withClaims = (fields) => sign(header, { ...claims, ...fields });
const without = (object, name) =>
  Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
/** These claims and one more member, as it stands here: what JSON.stringify would not write. */
const withText = (claims, text) => sign(header, `${JSON.stringify(claims).slice(0, -1)},${text}}`);
const withExp = (text) => withText(without(claims, 'exp'), `"exp":${text}`);
const at = (iat, exp) => withClaims({ iat, exp });

const good = sign(header, claims);
const [goodHeader, goodClaims, goodSignature] = good.split('.');

/** A good one that is `length` characters long, by a claim that means nothing. */
function ofLength(length) {
  for (let filling = length;; filling -= 1) {
    const more = { ...claims, site: 'x'.repeat(filling) };
    // No base64 has a length of 4n + 1; then a blank in the header makes the difference.
    for (const fields of [header, `${JSON.stringify(header)} `]) {
      const token = sign(fields, more);
      if (token.length === length) return token;
    }
  }
}

/** The same bytes, and other characters: some bits of the last one stand for nothing. */
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

// Good.
ok('minimal', good, {}, 'the five claims that are required');
ok('second secret', withHeader({ kid: 'b' }, { secret: secretB }), {}, 'two may be active');
ok('no typ', sign(without(header, 'typ'), claims), {}, 'typ may be left out');
ok('view', withClaims({ role: 'view' }), { role: 'view' }, 'a role');
ok('own', withClaims({ role: 'own' }), { role: 'own' }, 'a role');
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
  'each part of an identity may come alone',
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
  'the pages that may use it',
);
ok(
  'origin with a port',
  withClaims({ origin: 'http://localhost:3000' }),
  { origin: 'http://localhost:3000' },
  'as a browser sends it',
);
ok('other claims', withClaims({ iss: 'site', admin: true }), {}, 'what is not known means nothing');
ok(
  'time as 18e8',
  withExp('18.0000054e8'),
  {},
  'the number is whole, however JSON spells it',
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
ok('nbf in the past', withClaims({ nbf: now - 30 }), {}, 'nbf is heeded where it is there');
ok('nbf within leeway', withClaims({ nbf: now + 59 }), {}, 'nbf is heeded where it is there');
ok(
  '24 hours',
  at(now - 60, now - 60 + day),
  { expiresAt: (now - 60 + day) * 1000 },
  'the longest there may be',
);
ok('2048 characters', ofLength(2048), {}, 'the most there may be');

// Good once, or elsewhere.
const expired = (...vector) => refused('token-expired', ...vector);
expired('expired', at(now - 7200, now - 3600), 'an hour ago');
expired('expired at the leeway', at(now - 3600, now - 60), '60 seconds ago is too long');
expired('expired in 1970', at(0, 1), 'zero is a time');
const elsewhere = (...vector) => refused('wrong-document', ...vector);
elsewhere('other document', withClaims({ doc: 'minutes-2027' }), 'doc is compared by value');
elsewhere('document in capitals', withClaims({ doc: 'Minutes-2026' }), 'names differ by case');
elsewhere('beginning of the name', withClaims({ doc: 'minutes' }), 'there are no patterns');

// Not signed, or not by whom it says.
bad('none', `${encode({ ...header, alg: 'none' })}.${goodClaims}.`, 'alg none');
bad('none, signed', withHeader({ alg: 'none' }), 'alg none, and a signature that fits');
bad('None', `${encode({ ...header, alg: 'None' })}.${goodClaims}.`, 'alg none in other letters');
bad('empty signature', `${goodHeader}.${goodClaims}.`, 'no signature');
bad('hs256', withHeader({ alg: 'hs256' }), 'alg is compared by value');
bad('HS384', withHeader({ alg: 'HS384' }, { hash: 'sha384' }), 'rightly signed by HS384');
bad('HS512', withHeader({ alg: 'HS512' }, { hash: 'sha512' }), 'rightly signed by HS512');
bad('HS512 in the name of HS256', sign(header, claims, { hash: 'sha512' }), 'not what alg says');
bad('RS256', withHeader({ alg: 'RS256' }), 'a header of RS256 on a token of HS256');
bad('ES256', withHeader({ alg: 'ES256' }), 'a header of ES256 on a token of HS256');
bad('alg missing', sign(without(header, 'alg'), claims), 'no alg');
bad('alg as a list', withHeader({ alg: ['HS256'] }), 'alg must be text');
bad('another secret', sign(header, claims, { secret: stranger }), 'signed by somebody else');
bad('the other secret', withHeader({ kid: 'b' }), 'kid b, signed with the secret of a');
bad('unknown kid', withHeader({ kid: 'c' }), 'no such secret');
bad('missing kid', sign(without(header, 'kid'), claims), 'no kid');
bad('empty kid', withHeader({ kid: '' }), 'no such secret');
bad('kid as a number', withHeader({ kid: 1 }), 'kid must be text');
bad('kid constructor', withHeader({ kid: 'constructor' }), 'what every object has is no secret');
bad('kid __proto__', withHeader({ kid: '__proto__' }), 'what every object has is no secret');
bad(
  'tampered claims',
  `${goodHeader}.${encode({ ...claims, role: 'own' })}.${goodSignature}`,
  'the signature is that of other claims',
);
bad(
  'tampered header',
  `${encode(without(header, 'typ'))}.${goodClaims}.${goodSignature}`,
  'the signature is that of another header',
);
bad('cut signature', good.slice(0, -4), '29 bytes of 32');
bad('signature of signature', sign(header, claims) + goodSignature, 'twice as long');

// A header that wants more.
bad('crit', withHeader({ crit: ['exp'] }), 'no extension is understood');
bad('crit b64', withHeader({ crit: ['b64'], b64: false }), 'no extension is understood');
bad('jwk', withHeader({ jwk: { kty: 'oct', k: encode(secretA) } }), 'a key in the header');
bad('jku', withHeader({ jku: 'https://evil.example/keys' }), 'a key by address');
bad('x5u', withHeader({ x5u: 'https://evil.example/cert' }), 'a certificate by address');
bad('x5c', withHeader({ x5c: ['MIIB'] }), 'a certificate in the header');
bad('zip', withHeader({ zip: 'DEF' }), 'no other field is known');
bad('typ at+jwt', withHeader({ typ: 'at+jwt' }), 'a token for something else');
bad('typ jwt', withHeader({ typ: 'jwt' }), 'typ is compared by value');
bad('typ null', withHeader({ typ: null }), 'null is not absent');

// Not a token at all.
bad('empty', '', 'nothing');
bad('one part', 'abc', 'no dots');
bad('two parts', `${goodHeader}.${goodClaims}`, 'one dot');
bad('two dots too many', `${good}..`, 'five parts');
bad('dots alone', '..', 'three empty parts');
bad('oversized', ofLength(2049), '2049 characters, rightly signed');
bad('padded', `${goodHeader}=.${goodClaims}.${goodSignature}=`, 'base64url has no padding here');
bad('blank at the end', `${good} `, 'no blank is skipped');
bad('line break within', `${good.slice(0, 20)}\n${good.slice(20)}`, 'no blank is skipped');
bad('scheme', `Bearer ${good}`, 'the token alone');
bad(
  'stray bits in the signature',
  `${goodHeader}.${goodClaims}.${withStrayBits(goodSignature)}`,
  'the same 32 bytes in another spelling',
);
for (const [rest, blanks] of [['one byte', 1], ['two bytes', 2]]) {
  const json = JSON.stringify(claims);
  const text = json + ' '.repeat((blanks + 3 - json.length % 3) % 3);
  const signed = `${goodHeader}.${withStrayBits(encode(text))}`;
  bad(`stray bits after ${rest}`, `${signed}.${hmac(signed, secretA)}`, 'claims, rightly signed');
}
{
  const bytes = Buffer.from(JSON.stringify({ ...claims, site: '~~~???>>>' }));
  const signed = `${goodHeader}.${bytes.toString('base64').replace(/=+$/, '')}`;
  bad('base64', `${signed}.${hmac(signed, secretA)}`, 'the alphabet with + and /, rightly signed');
}
{
  const signed = `${goodHeader}.${goodClaims}${'='.repeat((4 - goodClaims.length % 4) % 4 || 4)}`;
  bad('padded claims', `${signed}.${hmac(signed, secretA)}`, 'padding, rightly signed');
}
bad('header no JSON', sign('HS256', claims), 'a header must be a JSON object');
bad('header as a list', sign([header], claims), 'a header must be a JSON object');
bad('claims no JSON', sign(header, 'role=edit'), 'claims must be a JSON object');
bad('claims as a list', sign(header, [claims]), 'claims must be a JSON object');
bad('claims null', sign(header, 'null'), 'claims must be a JSON object');
bad('claims as text', sign(header, JSON.stringify('edit')), 'claims must be a JSON object');
bad(
  'byte order mark',
  sign(header, `\ufeff${JSON.stringify(claims)}`),
  'JSON begins with its brace',
);
bad(
  'not UTF-8',
  sign(header, Buffer.from(JSON.stringify({ ...claims, name: 'Zo\u00eb' }), 'latin1')),
  'a name in Latin-1',
);

// Claims that are not what they must be.
for (const name of ['aud', 'doc', 'role', 'iat', 'exp']) {
  bad(`${name} missing`, sign(header, without(claims, name)), 'required');
  bad(`${name} null`, withClaims({ [name]: null }), 'null is no value');
}
bad('no claims', sign(header, {}), 'absent means no access');
bad('other service', withClaims({ aud: 'https://pad.example.org' }), 'aud is compared by value');
bad('aud with a slash', withClaims({ aud: `${audience}/` }), 'aud is compared by value');
bad('aud in capitals', withClaims({ aud: 'https://PAD.example' }), 'aud is compared by value');
bad('aud as a list', withClaims({ aud: [audience] }), 'one text, not a list');
bad('doc *', withClaims({ doc: '*' }), 'there are no patterns');
bad('doc empty', withClaims({ doc: '' }), 'not the name of a document');
bad('doc as a list', withClaims({ doc: [documentName] }), 'one document for one token');
bad('doc with a path', withClaims({ doc: `${documentName}/../x` }), 'not the name of a document');
bad('Edit', withClaims({ role: 'Edit' }), 'roles are written small');
bad('role with a blank', withClaims({ role: 'edit ' }), 'role is compared by value');
bad('role admin', withClaims({ role: 'admin' }), 'there is no such role');
bad('role as a list', withClaims({ role: ['edit'] }), 'one role');
bad('role true', withClaims({ role: true }), 'one role, as text');
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
bad('exp as text', withClaims({ exp: String(now + 540) }), 'times are numbers');
bad('exp NaN', withExp('NaN'), 'not JSON');
bad('exp Infinity', withExp('Infinity'), 'not JSON');
bad('exp 1e999', withExp('1e999'), 'more than a number can be');
bad('exp huge', withExp('1e300'), 'later than any year');
bad('exp in milliseconds', withClaims({ exp: (now + 540) * 1000 }), 'times are in seconds');
bad('exp negative', at(-3600, -1), 'before 1970');
bad('exp a fraction', withClaims({ exp: now + 540.5 }), 'times are whole seconds');
bad('exp true', withClaims({ exp: true }), 'times are numbers');
bad('iat as text', withClaims({ iat: String(now - 60) }), 'times are numbers');
bad('iat a fraction', withClaims({ iat: now - 60.25 }), 'times are whole seconds');
bad('iat negative', withClaims({ iat: -1 }), 'before 1970');
bad('not yet', at(now + 3600, now + 7200), 'issued in an hour');
bad('not yet at the leeway', at(now + 60, now + 600), '60 seconds ahead is too much');
bad('nbf in the future', withClaims({ nbf: now + 300 }), 'not before');
bad('nbf at the leeway', withClaims({ nbf: now + 60 }), '60 seconds ahead is too much');
bad('nbf as text', withClaims({ nbf: String(now - 60) }), 'times are numbers');
bad('exp is iat', at(now, now), 'a token lives for some time');
bad('exp before iat', at(now + 30, now + 20), 'the wrong way round');
bad('24 hours and a second', at(now - 60, now - 59 + day), 'longer than there may be');
bad('a year', at(now - 60, now + 365 * day), 'longer than there may be');
bad('sub empty', withClaims({ sub: '' }), 'left out or something');
bad('sub as a number', withClaims({ sub: 42 }), 'sub is text');
bad('sub null', withClaims({ sub: null }), 'null is not absent');
bad('sub too long', withClaims({ sub: 's'.repeat(129) }), '129 characters');
bad('jti as a number', withClaims({ jti: 7 }), 'jti is text');
bad('jti too long', withClaims({ jti: 'j'.repeat(129) }), '129 characters');
bad('name blank', withClaims({ name: '  ' }), 'left out or something');
bad('name too long', withClaims({ name: 'n'.repeat(65) }), '65 characters');
bad('name with a line break', withClaims({ name: 'Ada\nLovelace' }), 'no control characters');
bad('name of two lines', withClaims({ name: 'Ada\u2028Lovelace' }), 'no line breaks of any kind');
bad('name turned around', withClaims({ name: 'Ada\u202egnivol' }), 'would turn the text after it');
bad('name cut in half', withClaims({ name: 'Ada \ud83c' }), 'half a surrogate pair');
bad('name as an object', withClaims({ name: { first: 'Ada' } }), 'name is text');
bad('color by name', withClaims({ color: 'red' }), '# and six hexadecimal digits');
bad('color short', withClaims({ color: '#abc' }), '# and six hexadecimal digits');
bad('color and more', withClaims({ color: '#7c3aed;top:0' }), '# and six hexadecimal digits');
bad('origin with a path', withClaims({ origin: 'https://site.example/' }), 'no path, not even "/"');
bad('origin null', withClaims({ origin: 'null' }), 'no page can be told by that');
bad('origin *', withClaims({ origin: '*' }), 'there are no patterns');
bad('origin in capitals', withClaims({ origin: 'https://Site.example' }), 'as a browser sends it');
bad('origin with its usual port', withClaims({ origin: 'https://site.example:443' }), 'as above');
bad('origin of a file', withClaims({ origin: 'file:///etc/passwd' }), 'http or https');
bad('origin by ftp', withClaims({ origin: 'ftp://site.example' }), 'http or https');

/** The whole file, as it lies in docs/. */
export function makeTokenVectors() {
  const file = {
    about:
      'Tokens, and what a service with these secrets at this address says to each when asked ' +
      'for this document. Times are in seconds, those in "verified" in milliseconds. The secrets ' +
      'are known to everybody: never use them. Made by scripts/token-vectors.mjs; see TOKENS.md.',
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
