import { expect, test } from 'vitest';
import { tokenOrigin, tokenRole } from '../../../web/access/token-claims.ts';
import { embedIdentity } from '../../../web/pages/embed/embed-identity.ts';

const tokenWith = (claims: unknown) =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;

test('[F2] reads origin and role of a token, and nothing of a key or an invalid token', () => {
  const token = tokenWith({ origin: 'https://site.example', role: 'view', name: 'Zoë Ōta' });
  expect(tokenOrigin(token)).toBe('https://site.example');
  expect(tokenRole(token)).toBe('view');
  const nothing = [null, '', 'x'.repeat(22), 'a.b.c', 'a.%.c', tokenWith(null), tokenWith({})];
  expect(nothing.map((credential) => tokenOrigin(credential))).toEqual(nothing.map(() => null));
  expect(tokenOrigin(tokenWith({ origin: ['https://site.example'] }))).toBe(null);
});

test('[F2] a guest takes a valid name and colour from the parent', () => {
  const guest = { name: 'Guest Heron', color: '#b4371f' };
  expect(embedIdentity(guest, { name: ' Zoë ', color: '#00756b' }))
    .toEqual({ name: 'Zoë', color: '#00756b', hasChosenColor: true });
  expect(embedIdentity(guest, { name: ' ', color: 'url(https://x.example)' })).toEqual(guest);
  expect(embedIdentity(guest, null)).toEqual(guest);
});
