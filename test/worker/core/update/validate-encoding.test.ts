import { CloseCode } from '../../../../protocol/close-codes.ts';
import * as encoding from 'lib0/encoding';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { limits } from '../../../../protocol/limits.ts';
import { LogState } from '../../../../worker/core/update/log-state.ts';
import { readContents } from '../../../../worker/core/update/update-walk.ts';
import {
  any,
  bytes,
  deleted,
  embed,
  forge,
  format,
  gc,
  item,
  json,
  skip,
  type Structs,
  text,
  type,
} from './forge-updates.ts';
import {
  complete,
  malformed,
  many,
  outcomeOf,
  outcomeOfItem,
  stateOf,
  tooBig,
  victim,
} from './outcomes.ts';

describe('bytes that are not an update', () => {
  it('[P3] rejects empty and random bytes', () => {
    expect(outcomeOf([])).toBe(malformed);
    for (let i = 1; i < 256; i++) {
      expect(outcomeOf(many(1 + i % 40, (at) => (i * 167 + at * at * 31) % 256))).toBe(malformed);
    }
  });

  it('[P3] rejects every truncation of an update', () => {
    const doc = new Y.Doc();
    doc.getText('text').insert(0, 'Some text', { bold: true });
    doc.getMap('map').set('key', [1, 'two', { three: null }]);
    doc.getText('text').delete(2, 3);
    const update = Y.encodeStateAsUpdate(doc);
    for (let end = 0; end < update.length; end++) {
      expect(outcomeOf(update.subarray(0, end))).toBe(malformed);
    }
    expect(outcomeOf(update)).toBe(complete);
  });

  it('[P3] rejects bytes after the end', () => {
    expect(outcomeOf([0, 0])).toBe(complete);
    expect(outcomeOf([0, 0, 0])).toBe(malformed);
  });

  it('[P3] rejects an update in version 2', () => {
    const doc = new Y.Doc();
    doc.getText('text').insert(0, 'text');
    expect(outcomeOf(Y.encodeStateAsUpdateV2(doc))).toBe(malformed);
  });

  it('[P3] rejects integers of 2^53 and above, and those not in their shortest form', () => {
    const gcOf = (...length: number[]) => outcomeOf([1, 1, 1, 0, 0, ...length, 0]);
    expect(gcOf(5)).toBe(complete);
    expect(gcOf(0x85, 0)).toBe(malformed);
    expect(gcOf(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1)).toBe(malformed);
    expect(gcOf(...many(7, () => 0xff), 0x0f)).toBe(malformed); // 2^53 - 1, above any clock
    expect(gcOf(...many(9, () => 0xff), 1)).toBe(malformed);
    const anyInt = (...int: number[]) => outcomeOfItem({}, [8, bytes(1, 125, ...int)]);
    expect(anyInt(0x40)).toBe(complete); // -0
    expect(anyInt(0x80, 0)).toBe(malformed);
    expect(anyInt(0xbf, ...many(6, () => 0xff), 0x0f)).toBe(complete); // 2^53 - 1 has 6 + 42 + 5 bits
    expect(anyInt(0xbf, ...many(6, () => 0xff), 0x3f)).toBe(malformed);
  });

  it('[P3] rejects the same UTF-8 as a fatal TextDecoder', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const samples = [
      [0x80],
      [0xc0, 0x80],
      [0xc2],
      [0xe0, 0x80, 0x80],
      [0xed, 0xa0, 0x80],
      [0xef, 0xbb, 0xbf],
      [0xf0, 0x9f, 0x98, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0xf5, 0x80, 0x80, 0x80],
      ...many(500, (i) => many(1 + i % 5, (at) => 0x70 + (i * 37 + at * at * 61 + i * at) % 0x90)),
    ];
    for (const sample of samples) {
      let length = 0;
      try {
        length = decoder.decode(Uint8Array.from(sample)).length;
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
      const update = forge([[1, 0, [item({}, [4, bytes(sample.length, ...sample)])]]]);
      expect([sample, outcomeOf(update)]).toEqual([sample, length ? complete : malformed]);
      if (length) {
        const { structs } = readContents(update, new LogState());
        expect(structs.get(1)).toMatchObject({ from: 0, to: length });
      }
    }
  });

  it('[P3] rejects the same JSON as JSON.parse', () => {
    const samples = [
      ...[
        '1',
        '-0',
        '0.5e+10',
        '1E5',
        '"\\u00e9\\n\\/"',
        ' [ ] ',
        '{"a":[{}],"b":null}',
        '\t"é😀"\n',
      ],
      ...['', ' ', '01', '1.', '.5', '+1', '-', '1e', 'tru', 'nul', 'undefined', 'NaN', "'a'"],
      ...['"', '"\\x"', '"\\u12g4"', '"\n"', '[1,]', '[', ']', '{"a"}', '{a:1}', '{"a":1,}', '1 2'],
      ...[
        '[1 2]',
        '{"a" : 1 , "b":2}',
        '[[],[[]],{}]',
        '"\\ud800"',
        '\u00a01',
        '{"a":1}}',
        'truex',
      ],
    ];
    for (const sample of samples) {
      let expected: unknown = complete;
      try {
        JSON.parse(sample);
      } catch {
        expected = malformed;
      }
      expect([sample, outcomeOfItem({}, embed(sample))]).toEqual([sample, expected]);
      expect([sample, outcomeOfItem({}, format('bold', sample))]).toEqual([sample, expected]);
    }
    expect(outcomeOfItem({}, json(['undefined', '1']))).toBe(complete);
    expect(outcomeOfItem({}, json(['undefine']))).toBe(malformed);
  });

  it('[P3] rejects unknown content types, shared types and value types', () => {
    for (let kind = 11; kind < 32; kind++) {
      expect(outcomeOfItem({}, [kind, bytes(1)])).toBe(malformed);
    }
    expect(outcomeOfItem({}, type(7))).toBe(malformed);
    expect(outcomeOfItem({}, [8, bytes(1, 115)])).toBe(malformed);
    expect(outcomeOfItem({}, [8, bytes(1, 128)])).toBe(malformed);
  });

  it('[P3] rejects flags on GC and Skip structs, which Yjs reads in two ways', () => {
    for (const info of [0x20, 0x40, 0x80, 0x8a, 0x4a, 0x2a]) {
      expect(outcomeOf(forge([[1, 0, [bytes(info, 1)]]]))).toBe(malformed);
    }
  });
});

describe('counts and lengths', () => {
  it('[P3] rejects empty structs and ranges', () => {
    expect(outcomeOf(forge([[1, 0, [gc(0)]]]))).toBe(malformed);
    expect(outcomeOf(forge([[1, 0, [skip(0)]]]))).toBe(malformed);
    for (const content of [deleted(0), text(''), any([]), json([])]) {
      expect(outcomeOfItem({}, content)).toBe(malformed);
    }
    expect(outcomeOf(forge([], [[7, [[1, 0]]]]), victim)).toBe(malformed);
  });

  it('[P3] rejects clocks above 2^31', () => {
    expect(outcomeOf(forge([[1, 0, [gc(limits.clock)]]]))).toBe(complete);
    expect(outcomeOf(forge([[1, 0, [gc(limits.clock), gc(1)]]]))).toBe(malformed);
    for (const length of [2 ** 40, 2 ** 52]) {
      expect(outcomeOf(forge([[1, 0, [gc(length)]]]))).toBe(malformed);
      expect(outcomeOfItem({}, deleted(length))).toBe(malformed);
      expect(outcomeOf(forge([], [[7, [[3, length]]]]), victim)).toBe(malformed);
    }
    expect(outcomeOf(forge([[1, 0, many(200, () => gc(2 ** 30))]]))).toBe(malformed);
  });

  it('[P8] rejects counts that exceed the data before it allocates', () => {
    const huge = encoding.encode((encoder) => encoding.writeVarUint(encoder, 2 ** 40));
    expect(outcomeOf([...huge, 0])).toBe(malformed); // clients
    expect(outcomeOf([1, 0xff, 0xff, 0xff, 0x0f, 1, 0])).toBe(malformed); // structs, in 7 bytes
    expect(outcomeOf([0, ...huge])).toBe(malformed); // clients in the delete set
    expect(outcomeOf([0, 1, 1, ...huge, 0, 1])).toBe(malformed); // ranges
    for (const kind of [2, 3, 4, 8]) {
      expect(outcomeOfItem({}, [kind, bytes(...huge)])).toBe(malformed);
    }
    for (const value of [119, 118, 117, 116]) {
      expect(outcomeOfItem({}, [8, bytes(1, value, ...huge)])).toBe(malformed);
    }
  });

  it('[P3] rejects clients without structs and duplicate clients', () => {
    expect(outcomeOf(forge([[1, 0, []], [2, 0, [gc(1)]]]))).toBe(malformed);
    expect(outcomeOf(forge([[1, 0, [gc(1)]], [1, 1, [gc(1)]]]))).toBe(malformed);
    expect(outcomeOf(forge([], [[7, []], [8, [[1, 1]]]]), victim)).toBe(malformed);
    expect(outcomeOf(forge([], [[7, [[1, 1]]], [7, [[3, 1]]]]), victim)).toBe(malformed);
  });

  it('[P8] rejects more clients than the limit', () => {
    const clients = (count: number) => forge(many(count, (i): Structs => [count - i, 0, [gc(1)]]));
    expect(outcomeOf(clients(limits.updateClients))).toBe(complete);
    expect(outcomeOf(clients(limits.updateClients + 1))).toBe(CloseCode.tryAgainLater);
  });

  it('[P8] rejects more structs than the limit', () => {
    const structs = (count: number) =>
      encoding.encode((encoder) => {
        for (const number of [1, count, 1, 0]) encoding.writeVarUint(encoder, number);
        encoding.writeUint8Array(encoder, new Uint8Array(2 * count).map((_, i) => i % 2));
        encoding.writeVarUint(encoder, 0);
      });
    expect(outcomeOf(structs(limits.updateStructs))).toBe(complete);
    expect(outcomeOf(structs(limits.updateStructs + 1))).toBe(tooBig);
  });

  it('[P8] rejects delete ranges out of order, and more than the limit', () => {
    const long = stateOf(forge([[7, 0, [gc(2 ** 30)]]]));
    const ranges = (count: number) => many(count, (i) => [i * 2, 1] as const);
    expect(outcomeOf(forge([], [[7, ranges(5000)]]), long)).toBe(complete);
    expect(outcomeOf(forge([], [[7, ranges(5000).reverse()]]), long)).toBe(malformed);
    expect(outcomeOf(forge([], [[7, [[1, 5], [3, 5]]]]), long)).toBe(malformed);
    expect(outcomeOf(forge([], [[7, [[1, 2], [3, 5]]]]), long)).toBe(complete); // adjacent
    const tooMany = encoding.encode((encoder) => {
      const count = limits.updateDeleteRanges + 1;
      for (const number of [0, 1, 7, count]) encoding.writeVarUint(encoder, number);
      encoding.writeUint8Array(encoder, new Uint8Array(2 * count));
    });
    expect(outcomeOf(tooMany, long)).toBe(tooBig);
  });
});
