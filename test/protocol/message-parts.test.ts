import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CloseCode } from '../../protocol/close-codes.ts';
import { digestOf, equalDigests } from '../../protocol/digest.ts';
import { FrameAssembler, splitFrame } from '../../protocol/message-parts.ts';
import { limits } from '../../protocol/limits.ts';
import { decodeMessages, type Message } from '../../protocol/messages.ts';

type Part = Message & { type: 'part' };

describe('a long frame', () => {
  const frame = Uint8Array.from({ length: 3 * limits.partBytes + 7 }, (_, i) => i * i);
  const parts = splitFrame(frame).flatMap((part) => decodeMessages(part)) as Part[];

  it('is split into parts and reassembled, with progress', () => {
    const assembler = new FrameAssembler(frame.length);
    expect(assembler.progress).toBeNull();
    expect(parts.length).toBe(4);
    const seen: (number | null)[] = [];
    let whole: Uint8Array | null = null;
    for (const part of parts) {
      expect(whole).toBeNull();
      whole = assembler.add(part);
      seen.push(assembler.progress);
    }
    expect(whole).toEqual(frame);
    expect(seen).toEqual([...seen.slice(0, 3).toSorted(), null]);
  });

  it('[P8] is rejected beyond its limit or with parts that do not fit', () => {
    const add = (maxBytes: number, ...of: Part[]) => () => {
      const assembler = new FrameAssembler(maxBytes);
      for (const part of of) assembler.add(part);
    };
    const [first, second] = parts as [Part, Part];
    const malformed = expect.objectContaining({ code: CloseCode.malformed });
    expect(add(frame.length - 1, first)).toThrow(
      expect.objectContaining({ code: CloseCode.tooBig }),
    );
    expect(add(1e9, first, { ...second, total: first.total + 1 })).toThrow(malformed);
    expect(add(1e9, { ...first, total: 10 })).toThrow(malformed);
    expect(add(1e9, { ...first, bytes: new Uint8Array() })).toThrow(malformed);
  });

  it('stays unchanged if it is short', () => {
    expect(splitFrame(new Uint8Array([1, 2]))).toEqual([new Uint8Array([1, 2])]);
  });
});

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
