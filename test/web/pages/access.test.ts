import { describe, expect, test } from 'vitest';
import { CloseCode } from '../../../protocol/close-codes.ts';
import { readPerson } from '../../../web/editor/binding/presence.ts';
import { accessDeniedText } from '../../../web/pages/document/access-denied/access-denied-text.ts';
import {
  credentialIn,
  documentAddress,
  withCredential,
} from '../../../web/access/document-address.ts';
import { tokenIdentity } from '../../../web/access/token-claims.ts';

const key = 'Hq3_0-kD9vX2mB7cT5wLsA';
const tokenOf = (claims: object) =>
  ['{"alg":"HS256","kid":"a"}', JSON.stringify(claims), 'signature']
    .map((part) => Buffer.from(part).toString('base64url')).join('.');

describe('[U9] the credential in an address', () => {
  test('is a key or a token, with or without other characters around it', () => {
    const token = tokenOf({ sub: 'ann' });
    expect(credentialIn(`#k=${key}`)).toBe(key);
    expect(credentialIn(`#t=${token}`)).toBe(token);
    expect(credentialIn(`#k=${key}&import`)).toBe(key);
    // Copied from a sentence.
    for (const end of ['.', ').', ',', '>', '"', '…', '%20', ' ']) {
      expect(credentialIn(`#k=${key}${end}`)).toBe(key);
    }
    for (const nothing of ['', '#', '#import', '#k=', '#k', '#task=1', '#x=1', '#k=..']) {
      expect(credentialIn(nothing)).toBeNull();
    }
  });

  test('has only characters that a WebSocket subprotocol allows', () => {
    for (const hash of ['#k=a b', '#k=ä', '#k=a,b', '#k=a"b', '#k="', '#k=a/../b']) {
      expect(credentialIn(hash) ?? '').toMatch(/^[\w.-]*$/);
    }
  });

  test('survives a round trip', () => {
    for (const credential of [key, tokenOf({ exp: 1 }), null]) {
      const { hash, pathname } = new URL(documentAddress('a~b', credential), 'https://pad.test');
      expect([pathname, credentialIn(hash)]).toEqual(['/d/a~b', credential]);
    }
    expect(withCredential('/v/notes', key)).toBe(`/v/notes?key=${key}`);
    expect(withCredential('/v/notes', null)).toBe('/v/notes');
  });
});

describe('[U12] the identity of a person', () => {
  test('is read from a token, not from a key', () => {
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

  test('is that of a guest without an id from the service', () => {
    expect(readPerson(1, { user: { name: 'Ann', id: '7' } }).isGuest).toBe(false);
    for (const user of [{ name: 'Ann' }, { name: 'Ann', id: 7 }, { id: null }, null, 'Ann']) {
      expect(readPerson(1, { user }).isGuest).toBe(true);
    }
  });
});

describe('[U11] the text for denied access', () => {
  const codes = [
    CloseCode.unauthenticated,
    CloseCode.forbidden,
    CloseCode.notFound,
    CloseCode.outdated,
    CloseCode.documentFull,
  ];
  test('states the reason of the service, without codes', () => {
    for (const code of codes) {
      for (const hasCredential of [true, false]) {
        for (const hasText of [true, false]) {
          const words = accessDeniedText({
            code,
            reason: 'It is so.',
            hasCredential,
            hasText,
            isReadable: false,
          });
          expect(words.text).not.toMatch(/\d{4}|\.\.|undefined|null| $/);
          expect(words.heading).not.toMatch(/\.$/);
          // Refers to the text only when the page shows it.
          expect(words.text.includes('below')).toBe(hasText);
        }
      }
    }
  });

  test('mentions that the document can be read', () => {
    const { heading } = accessDeniedText({
      code: CloseCode.forbidden,
      reason: 'You may read this document and not change it',
      hasCredential: true,
      hasText: true,
      isReadable: true,
    });
    expect(heading).toContain('can read');
  });
});
