import { describe, expect, test } from 'vitest';
import { freeColor, guestColors } from '../../../web/access/guest-identity.ts';
import { fileNameOf } from '../../../web/pages/document/menu/export.ts';
import { describeStatus } from '../../../web/live-editor/describe-status.ts';

describe('the description of a status', () => {
  test('[P7] claims no more than the status', () => {
    expect(describeStatus({ state: 'saved' }).text).toBe('Saved');
    for (
      const status of [
        { state: 'connecting', progress: null },
        { state: 'connecting', progress: 0.5 },
        { state: 'saving' },
        { state: 'read-only', reason: 'role' },
        { state: 'read-only', reason: 'outdated' },
        { state: 'offline', unsent: 3, stored: true },
        { state: 'offline', unsent: 3, stored: false },
      ] as const
    ) {
      expect(describeStatus(status).text).not.toMatch(/saved/i);
    }
    const offline = (stored: boolean) =>
      describeStatus({ state: 'offline', unsent: 1, stored }).text;
    expect(offline(true)).toContain('kept on this device');
    expect(offline(false)).toContain('keep this tab open');
    expect(describeStatus({ state: 'refused', code: 4403, reason: '' }).text).toContain('4403');
  });
});

describe('a guest', () => {
  test('[U7] draws a free colour, and none when all are taken', () => {
    const [first, ...others] = guestColors;
    expect(freeColor(others)).toBe(first);
    expect(freeColor(guestColors)).toBeNull();
    // Two guests who draw at the same time should not draw the same.
    expect(new Set([0, 0.2, 0.4, 0.6, 0.8, 0.99].map((at) => freeColor([], at))).size)
      .toBeGreaterThan(4);
  });
});

describe('the name of an exported file', () => {
  test('is the title without characters that file systems reject', () => {
    expect(fileNameOf('Tide: table?', 'md')).toBe('Tide table.md');
    expect(fileNameOf('  ', 'html')).toBe('Untitled.html');
    expect(fileNameOf('../../etc/passwd', 'txt')).toBe('etc passwd.txt');
    expect(fileNameOf('x'.repeat(300), 'txt').length).toBeLessThan(100);
    expect(fileNameOf('潮汐表', 'json')).toBe('潮汐表.json');
  });
});
