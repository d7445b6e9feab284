import { describe, expect, test } from 'vitest';
import { oembedResponse, parseDocumentUrl } from '../../../worker/routes/oembed.ts';

describe('oEmbed', () => {
  const own = ['https://pad.example', 'http://127.0.0.1:8787'];

  test('[F5] accepts the URLs of this service only', () => {
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

  test('[F5] escapes every attribute of the iframe', () => {
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
