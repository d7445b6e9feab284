import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { accessLimits } from '../../../protocol/access-limits.ts';
import { AbuseLimits, MemoryAddressRateLimiter } from '../../../worker/access/abuse-limits.ts';
import { readSettings } from '../../../worker/access/settings.ts';

const secret = 'A'.repeat(43);

describe('S5 settings', () => {
  it('[S5] the defaults grant no access', () => {
    expect(readSettings({})).toMatchObject({
      open: false,
      isConfigured: false,
      verifyToken: null,
      creation: 'token',
      publicUrl: null,
    });
    for (const open of ['', '1', 'true', 'yes', 'LOOPBACK', ' loopback']) {
      expect(readSettings({ EDGEPAD_OPEN: open }).open, open).toBe(false);
    }
  });

  it('[S5] accepts origins as browsers write them', () => {
    const origins = ['https://site.example:8443', 'http://[::1]:3000', 'http://127.0.0.1', 'null'];
    expect([...readSettings({ EDGEPAD_ORIGINS: origins.join(', ') }).origins]).toEqual(origins);
  });

  it('[S5] rejects invalid settings, naming them without the secret', () => {
    for (
      const [environment, message] of [
        [{ EDGEPAD_CREATION: 'Anyone' }, 'EDGEPAD_CREATION'],
        [{ EDGEPAD_ORIGINS: '*' }, 'origin'],
        [{ EDGEPAD_ORIGINS: 'https://*.example' }, 'origin'],
        [{ EDGEPAD_ORIGINS: 'https://site.example/' }, 'origin'],
        [{ EDGEPAD_ORIGINS: 'site.example' }, 'origin'],
        [{ EDGEPAD_ORIGINS: 'https://Site.example' }, 'origin'],
        [{ EDGEPAD_ORIGINS: 'https://a;script-src-elem' }, 'origin'],
        [{ EDGEPAD_PUBLIC_URL: 'https://pad.example/docs' }, 'EDGEPAD_PUBLIC_URL'],
        [{ EDGEPAD_PUBLIC_URL: 'https://pad.example/docs/' }, 'under a path'],
        [{ EDGEPAD_PUBLIC_URL: 'pad.example' }, 'EDGEPAD_PUBLIC_URL'],
        [{ EDGEPAD_TOKEN_SECRETS: `a:${secret.slice(0, 20)}` }, 'EDGEPAD_TOKEN_SECRETS'],
      ] as const
    ) {
      expect(() => readSettings(environment), JSON.stringify(environment)).toThrow(message);
    }
  });

  it('[S5] the rate limits in wrangler.toml match the code', () => {
    const configuration = readFileSync('wrangler.toml', 'utf8');
    const limitOf = (name: string) =>
      Number(
        new RegExp(`name = "${name}"[^\\[]*?limit = (\\d+), period = 60`).exec(configuration)?.[1],
      );
    expect(limitOf('HANDSHAKES')).toBe(accessLimits.handshakesPerMinute);
    expect(limitOf('CREATIONS')).toBe(accessLimits.creationsPerMinute);
    expect(limitOf('FAILURES')).toBe(accessLimits.failuresPerMinute);
  });
});

describe('P8 abuse limits', () => {
  it('[P8] blocks an address after too many failures, and no other', async () => {
    const abuse = new AbuseLimits(new MemoryAddressRateLimiter());
    for (let failure = 0; failure < accessLimits.failuresPerMinute; failure++) {
      abuse.assertNotBlocked('10.0.0.1');
      await abuse.countFailure('10.0.0.1', `x${failure}`);
    }
    abuse.assertNotBlocked('10.0.0.1');
    // A new minute may have started in between.
    for (let more = 0; more <= accessLimits.failuresPerMinute; more++) {
      await abuse.countFailure('10.0.0.1', `y${more}`);
    }
    expect(() => abuse.assertNotBlocked('10.0.0.1')).toThrow('Try again in a minute');
    abuse.assertNotBlocked('10.0.0.2');
    abuse.assertNotBlocked(null);
  });

  it('[P8] counts a rejected credential once, however often a client repeats it', async () => {
    const abuse = new AbuseLimits(new MemoryAddressRateLimiter());
    for (let repeat = 0; repeat < 3 * accessLimits.failuresPerMinute; repeat++) {
      await abuse.countFailure('10.0.0.1', 'an old token');
    }
    abuse.assertNotBlocked('10.0.0.1');
  });

  it('[P8] delays the refusal of a WebSocket that repeats a refused credential', () => {
    const abuse = new AbuseLimits(new MemoryAddressRateLimiter());
    expect(abuse.refusalDelay('10.0.0.1', 'minutes', 'old')).toBe(0);
    expect(abuse.refusalDelay('10.0.0.1', 'minutes', 'old')).toBeGreaterThan(1_000);
    expect(abuse.refusalDelay('10.0.0.1', 'minutes', 'new')).toBe(0);
    expect(abuse.refusalDelay('10.0.0.1', 'other', 'old')).toBe(0);
    expect(abuse.refusalDelay('10.0.0.2', 'minutes', 'old')).toBe(0);
  });

  it('[P8] limits how many documents an address creates per minute', async () => {
    const abuse = new AbuseLimits(new MemoryAddressRateLimiter());
    const make = async () => {
      for (let count = 0; count < 2 * accessLimits.creationsPerMinute + 1; count++) {
        await abuse.count('creation', '10.0.0.1');
      }
    };
    await expect(make()).rejects.toMatchObject({ status: 429, headers: { 'retry-after': '60' } });
    await abuse.count('creation', '10.0.0.2');
  });
});
