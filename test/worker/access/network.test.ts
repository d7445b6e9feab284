import { expect, it } from 'vitest';
import { AbuseLimits, MemoryAddressRateLimiter } from '../../../worker/access/abuse-limits.ts';
import { networkOf } from '../../../worker/access/network.ts';
import { accessLimits } from '../../../protocol/access-limits.ts';

it('[P8] an IPv6 address counts as its /64 network', () => {
  const network = '2001:db8:0:1::/64';
  for (
    const address of [
      '2001:db8:0:1::1',
      '2001:db8:0:1::2',
      '2001:0DB8:0000:0001:ffff:ffff:ffff:ffff',
      '2001:db8::1:0:0:0:1',
      '2001:db8:0:1:1::',
    ]
  ) expect(networkOf(address), address).toBe(network);
  expect(networkOf('2001:db8:0:2::1')).toBe('2001:db8:0:2::/64');
  expect(networkOf('::1')).toBe('0:0:0:0::/64');
  expect(networkOf('fe80::1%eth0')).toBe('fe80:0:0:0::/64');
  expect(networkOf('::ffff:1.2.3.4')).toBe('1.2.3.4');
  expect(networkOf('1.2.3.4')).toBe('1.2.3.4');
});

it('[P8] many addresses of one IPv6 network share one allowance', async () => {
  const abuse = new AbuseLimits(new MemoryAddressRateLimiter());
  const { creationsPerMinute } = accessLimits;
  let allowed = 0;
  for (let i = 0; i < 3 * creationsPerMinute; i++) {
    if (await abuse.allows('creation', `2001:db8::${i.toString(16)}`)) allowed += 1;
  }
  expect(allowed).toBe(creationsPerMinute);
});

it('[P8] ten thousand other addresses do not reset the count of one', async () => {
  const limiter = new MemoryAddressRateLimiter();
  const { failuresPerMinute } = accessLimits;
  const abuse = new AbuseLimits(limiter);
  for (let i = 0; i <= failuresPerMinute; i++) await abuse.countFailure('192.0.2.1', `x${i}`);
  for (let i = 0; i < 20_000; i++) {
    await abuse.countFailure(`10.${i >> 16}.${i >> 8 & 255}.${i & 255}`, 'x');
  }
  expect(() => abuse.assertNotBlocked('192.0.2.1')).toThrow('too many requests');
  expect(await limiter.allow('failure', '192.0.2.1')).toBe(false);
});
