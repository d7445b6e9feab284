import * as encoding from 'lib0/encoding';
import { describe, expect, it } from 'vitest';
import { encodeAwareness, withdrawal } from '../../protocol/awareness.ts';
import { decodeAwareness } from '../../worker/core/room/presence/decode-awareness.ts';
import { limits } from '../../protocol/limits.ts';

const entry = { client: 7, clock: 1, state: '{"a":1}' };

describe('awareness', () => {
  it('[P5] decodes all entries or none', () => {
    const bytes = encodeAwareness([entry, { client: 8, clock: 1, state: '{' }]);
    expect(() => decodeAwareness(bytes)).toThrow(SyntaxError);
  });

  it('[P8] rejects bytes that are not an awareness update', () => {
    const bad: [string, Uint8Array][] = [
      ['bytes after the end', new Uint8Array([...encodeAwareness([entry]), 0])],
      ['a state that is not an object', encodeAwareness([{ ...entry, state: '1' }])],
      ['a clock out of range', encodeAwareness([{ ...entry, clock: limits.clock }])],
      ['a truncated update', encodeAwareness([entry]).subarray(0, 5)],
      ['no bytes', new Uint8Array()],
    ];
    for (const [name, bytes] of bad) {
      expect(() => decodeAwareness(bytes), name).toThrow(SyntaxError);
    }
  });

  it('[P8] rejects entries beyond a limit', () => {
    const deep = '{"a":'.repeat(limits.awarenessDepth) + '{}' + '}'.repeat(limits.awarenessDepth);
    const many = encoding.createEncoder();
    encoding.writeVarUint(many, 2 ** 40);
    const over: [string, Uint8Array][] = [
      ['too long', encodeAwareness([{ ...entry, state: `{"a":"${'x'.repeat(4096)}"}` }])],
      ['too deep', encodeAwareness([{ ...entry, state: deep }])],
      ['too many', encoding.toUint8Array(many)],
    ];
    for (const [name, bytes] of over) {
      expect(() => decodeAwareness(bytes), name).toThrow(RangeError);
    }
  });

  it('withdraws an entry with a higher clock', () => {
    expect(withdrawal(entry)).toEqual({ client: 7, clock: 2, state: null });
    expect(decodeAwareness(encodeAwareness([withdrawal(entry)]))).toEqual([withdrawal(entry)]);
  });
});
