import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { digestOf, equalDigests } from '../../protocol/digest.ts';

describe('a digest', () => {
  const hex = (text: string) =>
    Buffer.from(digestOf(new TextEncoder().encode(text))).toString('hex');

  it('is 64-bit FNV-1a', () => {
    // The vectors of RFC 9923 and of the authors' own test suite.
    expect(hex('')).toBe('cbf29ce484222325');
    expect(hex('a')).toBe('af63dc4c8601ec8c');
    expect(hex('foobar')).toBe('85944171f73967e8');
  });

  it('matches FNV-1a in BigInt arithmetic for random bytes', () => {
    let bytes = new Uint8Array(createHash('sha512').update('seed').digest());
    for (let round = 0; round < 50; round++) {
      let expected = 0xcbf29ce484222325n;
      for (const byte of bytes) {
        expected = BigInt.asUintN(64, (expected ^ BigInt(byte)) * 0x100000001b3n);
      }
      const digest = digestOf(bytes);
      expect(Buffer.from(digest).readBigUInt64BE()).toBe(expected);
      expect(equalDigests(digest, digestOf(bytes))).toBe(true);
      bytes = new Uint8Array(createHash('sha512').update(bytes).digest());
      expect(equalDigests(digest, digestOf(bytes))).toBe(false);
    }
  });
});
