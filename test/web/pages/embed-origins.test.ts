import { describe, expect, test } from 'vitest';
import { parseEmbedOrigins } from '../../../web/pages/document/share/parse-embed-origins.ts';

describe('[F8] sites in the share dialog', () => {
  test('[F8] reads an address as its site, once, and a bare name with https', () => {
    const text = `https://site.example/blog/?p=7#top
      site.example,  HTTPS://Site.Example:443

      http://localhost:3000
      localhost:8080/x
      bücher.example`;
    expect(parseEmbedOrigins(text)).toEqual({
      origins: [
        'https://site.example',
        'http://localhost:3000',
        'http://localhost:8080',
        'https://xn--bcher-kva.example',
      ],
    });
    expect(parseEmbedOrigins(' \n')).toEqual({ origins: [] });
  });

  test('[F8] names the line that is not a site, and the limit when there are too many', () => {
    for (
      const line of [
        '*',
        'ours',
        'our new page',
        'https://*.example',
        'mailto:ann@site.example',
        'ann@site.example',
        'file:///x',
        'https://',
        'https://a;b',
        '[::1]',
      ]
    ) {
      expect(parseEmbedOrigins(`https://ok.example\n${line}`), line)
        .toEqual({ problem: expect.stringContaining(`“${line}”`) });
    }
    const many = Array.from({ length: 21 }, (_, i) => `https://${i}.example`);
    expect(parseEmbedOrigins(many.join('\n'))).toEqual({ problem: expect.stringContaining('20') });
    expect(parseEmbedOrigins(many.slice(1).join('\n'))).toEqual({ origins: many.slice(1) });
  });
});
