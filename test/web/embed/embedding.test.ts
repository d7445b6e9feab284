import { describe, expect, test } from 'vitest';
import { tokenOrigin, tokenRole } from '../../../web/access/token-claims.ts';
import { embedIdentity } from '../../../web/pages/embed/embed-identity.ts';
import { oembedResponse, parseDocumentUrl } from '../../../worker/routes/oembed.ts';

const tokenWith = (claims: unknown) =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;

describe('F2 what a frame reads of a credential', () => {
  test('the site it is for and its role, of a token; nothing of a key or of rubbish', () => {
    const token = tokenWith({ origin: 'https://site.example', role: 'view', name: 'Zoë Ōta' });
    expect(tokenOrigin(token)).toBe('https://site.example');
    expect(tokenRole(token)).toBe('view');
    const nothing = [null, '', 'x'.repeat(22), 'a.b.c', 'a.%.c', tokenWith(null), tokenWith({})];
    expect(nothing.map((credential) => tokenOrigin(credential))).toEqual(nothing.map(() => null));
    expect(tokenOrigin(tokenWith({ origin: ['https://site.example'] }))).toBe(null);
  });

  test('a guest is called what the site says, as far as that makes sense', () => {
    const guest = { name: 'Guest Heron', color: '#b4371f' };
    expect(embedIdentity(guest, { name: ' Zoë ', color: '#00756b' }))
      .toEqual({ name: 'Zoë', color: '#00756b', hasChosenColor: true });
    expect(embedIdentity(guest, { name: ' ', color: 'url(https://x.example)' })).toEqual(guest);
    expect(embedIdentity(guest, null)).toEqual(guest);
  });
});

describe('F5 oEmbed', () => {
  const own = ['https://pad.example', 'http://127.0.0.1:8787'];

  test('knows the addresses of pages here, and no others', () => {
    const found = { name: 'notes', credential: null };
    for (const path of ['/d/notes', '/v/notes', '/embed/notes?mode=view']) {
      expect(parseDocumentUrl(`https://pad.example${path}`, own)).toEqual(found);
      expect(parseDocumentUrl(path, own)).toEqual(found);
    }
    expect(parseDocumentUrl('http://127.0.0.1:8787/v/notes?key=abc', own)?.credential).toBe('abc');
    const others = [
      '',
      'notes',
      '//evil.example/v/notes',
      'https://pad.example.evil.example/v/notes',
      'https://pad.example@evil.example/v/notes',
      'https://pad.example/docs/notes',
      'https://pad.example/v/notes/more',
      'https://pad.example/v/no.tes',
      'javascript:alert(1)',
    ];
    expect(others.filter((address) => parseDocumentUrl(address, own) !== null)).toEqual([]);
  });

  test('writes a frame in which nothing breaks out of an attribute', () => {
    const { html, width, height } = oembedResponse({
      base: 'https://pad.example',
      name: 'notes',
      credential: '"><script>',
      title: '"><script>alert(1)</script>',
      maxWidth: 300,
      maxHeight: null,
    });
    expect(html).not.toContain('<script');
    expect(html.match(/"/g)?.length).toBe(14);
    expect([width, height]).toEqual([300, 480]);
  });
});
