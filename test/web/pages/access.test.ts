import { describe, expect, test } from 'vitest';
import { CloseCode } from '../../../protocol/close-codes.ts';
import { readPerson } from '../../../web/editor/binding/presence.ts';
import { accessDeniedText } from '../../../web/pages/document/access-denied/access-denied-text.ts';
import { credentialIn, documentAddress, withKey } from '../../../web/access/document-address.ts';
import { tokenIdentity } from '../../../web/access/token-claims.ts';

const key = 'Hq3_0-kD9vX2mB7cT5wLsA';
const tokenOf = (claims: object) =>
  ['{"alg":"HS256","kid":"a"}', JSON.stringify(claims), 'signature']
    .map((part) => Buffer.from(part).toString('base64url')).join('.');

describe('[U9] the credential of access in an address', () => {
  test('is a key or a token, whatever stands beside it', () => {
    const token = tokenOf({ sub: 'ann' });
    expect(credentialIn(`#k=${key}`)).toBe(key);
    expect(credentialIn(`#t=${token}`)).toBe(token);
    expect(credentialIn(`#k=${key}&import`)).toBe(key);
    // Copied out of a sentence.
    for (const end of ['.', ').', ',', '>', '"', '…', '%20', ' ']) {
      expect(credentialIn(`#k=${key}${end}`)).toBe(key);
    }
    for (const nothing of ['', '#', '#import', '#k=', '#k', '#task=1', '#x=1', '#k=..']) {
      expect(credentialIn(nothing)).toBeNull();
    }
  });

  test('is what a WebSocket takes as a subprotocol', () => {
    for (const hash of ['#k=a b', '#k=ä', '#k=a,b', '#k=a"b', '#k="', '#k=a/../b']) {
      expect(credentialIn(hash) ?? '').toMatch(/^[\w.-]*$/);
    }
  });

  test('goes in and comes out again', () => {
    for (const credential of [key, tokenOf({ exp: 1 }), null]) {
      const { hash, pathname } = new URL(documentAddress('a~b', credential), 'https://pad.test');
      expect([pathname, credentialIn(hash)]).toEqual(['/d/a~b', credential]);
    }
    expect(withKey('/v/notes', key)).toBe(`/v/notes?key=${key}`);
    expect(withKey('/v/notes', null)).toBe('/v/notes');
  });
});

describe('[U12] who somebody is', () => {
  test('a token tells it, a key does not', () => {
    expect(tokenIdentity(tokenOf({ sub: '7', name: ' Ånn ✍ ', color: '#aa0011' })))
      .toEqual({ name: 'Ånn ✍', color: '#aa0011', isKnown: true });
    expect(tokenIdentity(tokenOf({ name: 'Ann' }))).toEqual({ name: 'Ann', isKnown: false });
    expect(tokenIdentity(tokenOf({ sub: 7, name: '  ', color: 'red' }))).toEqual({
      isKnown: false,
    });
    for (const other of [null, key, 'a.b.c', 'a.%%.c', `a.${btoa('[')}.c`]) {
      expect(tokenIdentity(other)).toEqual({ isKnown: false });
    }
  });

  test('only an id that the service has written makes somebody more than a guest', () => {
    expect(readPerson(1, { user: { name: 'Ann', id: '7' } }).isGuest).toBe(false);
    for (const user of [{ name: 'Ann' }, { name: 'Ann', id: 7 }, { id: null }, null, 'Ann']) {
      expect(readPerson(1, { user }).isGuest).toBe(true);
    }
  });
});

describe('[U11] who is turned away is told why, and what to do', () => {
  const codes = [
    CloseCode.unauthenticated,
    CloseCode.forbidden,
    CloseCode.notFound,
    CloseCode.outdated,
    CloseCode.documentFull,
  ];
  test('in words, never in numbers where the service has said why', () => {
    for (const code of codes) {
      for (const hasCredential of [true, false]) {
        for (const hasText of [true, false]) {
          const words = accessDeniedText({
            code,
            reason: 'It is so.',
            hasCredential,
            hasText,
            mayRead: false,
          });
          expect(words.text).not.toMatch(/\d{4}|\.\.|undefined|null| $/);
          expect(words.heading).not.toMatch(/\.$/);
          // What stands on the page is spoken of only where something stands there.
          expect(words.text.includes('below')).toBe(hasText);
        }
      }
    }
  });

  test('who may read is led to the page for that', () => {
    const { heading } = accessDeniedText({
      code: CloseCode.forbidden,
      reason: 'You may read this document and not change it',
      hasCredential: true,
      hasText: true,
      mayRead: true,
    });
    expect(heading).toContain('may read');
  });
});
