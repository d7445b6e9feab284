import { describe, expect, it } from 'vitest';
import { CloseCode } from '../../protocol/close-codes.ts';
import { FrameAssembler, partBytes, splitFrame } from '../../protocol/message-parts.ts';
import { decodeMessages, type Message } from '../../protocol/messages.ts';

type Part = Message & { type: 'part' };

describe('a long frame', () => {
  const frame = Uint8Array.from({ length: 3 * partBytes + 7 }, (_, i) => i * i);
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
