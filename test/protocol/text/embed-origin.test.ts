import { describe, expect, it } from 'vitest';
import { isEmbedOrigin } from '../../../protocol/text/embed-origin.ts';
import { embedHeaders } from '../../../worker/http/headers.ts';

const right = [
  'https://site.example',
  'http://localhost:3000',
  'http://127.0.0.1:8787',
  'https://xn--bcher-kva.example',
  'https://a_b.example',
];

const wrong = [
  '',
  'null',
  '*',
  'https:',
  'https://*.example',
  'https://site.example/',
  'https://site.example/path',
  'https://Site.example',
  'https://site.example:0',
  'https://ann@site.example',
  'https://[::1]:3000',
  'ftp://site.example',
  'javascript://site.example',
  `https://${'a'.repeat(300)}.example`,
  // URL parsers accept these as hosts; in a policy they would start another directive or policy.
  'https://a;script-src-elem',
  'https://a,sandbox',
  `https://a'unsafe-inline'`,
  'https://a b',
  'https://a\nx',
  'https://a\n',
];

describe('frame-ancestors', () => {
  it('[F8] accepts exact origins only', () => {
    for (const origin of right) {
      expect(isEmbedOrigin(origin), origin).toBe(true);
      expect(new URL(origin).origin).toBe(origin);
    }
    expect(wrong.filter(isEmbedOrigin)).toEqual([]);
  });

  it('[F8 S5] drops every other entry of a list', () => {
    const header = (origins: string[]) => embedHeaders(new Set(origins))['content-security-policy'];
    expect(header(wrong)).toBe(header([]));
    expect(header([...right, ...wrong])).toBe(header(right));
    expect(header(right)).toContain(`frame-ancestors 'self' ${right.join(' ')}`);
    expect(header(right).endsWith(right.at(-1) ?? '')).toBe(true);
  });
});
