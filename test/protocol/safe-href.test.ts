import { describe, expect, test } from 'vitest';
import { safeHref, safeImageSource } from '../../protocol/safe-href.ts';

describe('safeHref', () => {
  test.each([
    'https://example.org/a?b=c&d#e',
    'http://example.org',
    'HTTPS://EXAMPLE.ORG',
    'mailto:ann@example.org',
    'tel:+49123456',
    '/docs/notes',
    'notes',
    '../notes',
    '?q=1',
    '#part-2',
    '//example.org/other',
    '12:30',
    'javascript&colon;alert(1)',
  ])('[R1] keeps %s', (href) => {
    expect(safeHref(href)).toBe(href);
  });

  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    '\u0001javascript:alert(1)',
    'java\tscript:alert(1)',
    'java\nscript:alert(1)',
    'java\r\nscript:alert(1)',
    'java\0script:alert(1)',
    'java script:alert(1)',
    'java\u200bscript:alert(1)',
    '\ufeffjavascript:alert(1)',
    '\u00a0javascript:alert(1)',
    'javascript\t:alert(1)',
    'vbscript:msgbox(1)',
    'data:text/html,<script>alert(1)</script>',
    'blob:https://example.org/1',
    'file:///etc/passwd',
    'view-source:https://example.org',
    'intent://scan/#Intent;scheme=zxing;end',
    'filesystem:https://example.org/',
    '',
    ' \t\n',
  ])('[R1] drops %j', (href) => {
    expect(safeHref(href)).toBeNull();
  });

  test('[R1] normalizes addresses as browsers do', () => {
    expect(safeHref('  https://example.org/a\tb\n ')).toBe('https://example.org/ab');
    expect(safeHref('https://example.org/a b')).toBe('https://example.org/a%20b');
  });

  test('[R1] drops addresses over 2,048 characters', () => {
    expect(safeHref(`https://example.org/${'a'.repeat(2000)}`)).not.toBeNull();
    expect(safeHref(`https://example.org/${'a'.repeat(2048)}`)).toBeNull();
  });
});

describe('safeImageSource', () => {
  test.each(['https://example.org/a.png', '/blobs/a.png', 'HTTPS://example.org/a.png'])(
    '[R2] keeps %s',
    (src) => {
      expect(safeImageSource(src)).toBe(src);
    },
  );

  test.each([
    'http://example.org/a.png',
    'data:image/png;base64,AAAA',
    'data:image/svg+xml,<svg onload=alert(1)>',
    'javascript:alert(1)',
    '//example.org/a.png',
    '/\\example.org/a.png',
    '/\t/example.org/a.png',
    'https:a.png',
    'a.png',
    '../a.png',
    'blob:https://example.org/1',
    '',
  ])('[R2] drops %j', (src) => {
    expect(safeImageSource(src)).toBeNull();
  });
});
