import * as encoding from 'lib0/encoding';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { CloseCode } from '../../../../protocol/close-codes.ts';
import { limits } from '../../../../protocol/limits.ts';
import { readContents } from '../../../../worker/core/update/update-walk.ts';
import { validateUpdate } from '../../../../worker/core/update/validate-update.ts';
import { LogState } from '../../../../worker/core/update/log-state.ts';
import { ProtocolError } from '../../../../protocol/protocol-error.ts';
import {
  any,
  bytes,
  type Content,
  deleted,
  embed,
  forge,
  format,
  gc,
  type Id,
  item,
  json,
  skip,
  type Structs,
  subdocument,
  text,
  type,
  type Where,
} from './forge-updates.ts';

/** What the log knows after these updates. */
function knownOf(...updates: readonly Uint8Array[]): LogState {
  const known = new LogState();
  for (const update of updates) known.add(readContents(update, known));
  return known;
}

/** 'complete', 'gap', or the code of the refusal. */
function outcomeOf(update: Uint8Array | readonly number[], known = new LogState()) {
  try {
    return validateUpdate(Uint8Array.from(update), known).type;
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
}

/** The outcome for one item, of client 1 in an empty document. */
const outcomeOfItem = (where: Where, content: Content) =>
  outcomeOf(forge([[1, 0, [item(where, content)]]]));

const many = <T>(length: number, one: (i: number) => T) => Array.from({ length }, (_, i) => one(i));

const { malformed, forbiddenContent, tooBig } = CloseCode;
const complete = 'complete';
const gap = 'gap';

/** The victim, client 7, has written ten characters. */
const victim = knownOf(forge([[7, 0, [item({}, text('ten chars.'))]]]));

describe('bytes that are not an update', () => {
  it('[P3] empty or random bytes are malformed', () => {
    expect(outcomeOf([])).toBe(malformed);
    for (let i = 1; i < 256; i++) {
      expect(outcomeOf(many(1 + i % 40, (at) => (i * 167 + at * at * 31) % 256))).toBe(malformed);
    }
  });

  it('[P3] every truncation of an update is malformed', () => {
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

  it('[P3] bytes behind the end are malformed', () => {
    expect(outcomeOf([0, 0])).toBe(complete);
    expect(outcomeOf([0, 0, 0])).toBe(malformed);
  });

  it('[P3] an update in version 2 is malformed', () => {
    const doc = new Y.Doc();
    doc.getText('text').insert(0, 'text');
    expect(outcomeOf(Y.encodeStateAsUpdateV2(doc))).toBe(malformed);
  });

  it('[P3] integers past 2^53 or not in their shortest form are malformed', () => {
    const gcOf = (...length: number[]) => outcomeOf([1, 1, 1, 0, 0, ...length, 0]);
    expect(gcOf(5)).toBe(complete);
    expect(gcOf(0x85, 0)).toBe(malformed);
    expect(gcOf(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1)).toBe(malformed);
    expect(gcOf(...many(7, () => 0xff), 0x0f)).toBe(malformed); // 2^53 - 1, past any clock
    expect(gcOf(...many(9, () => 0xff), 1)).toBe(malformed);
    const anyInt = (...int: number[]) => outcomeOfItem({}, [8, bytes(1, 125, ...int)]);
    expect(anyInt(0x40)).toBe(complete); // -0
    expect(anyInt(0x80, 0)).toBe(malformed);
    expect(anyInt(0xbf, ...many(6, () => 0xff), 0x0f)).toBe(complete); // 2^53 - 1 has 6 + 42 + 5 bits
    expect(anyInt(0xbf, ...many(6, () => 0xff), 0x3f)).toBe(malformed);
  });

  it('[P3] bad UTF-8 is malformed, wherever TextDecoder says so', () => {
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

  it('[P3] bad JSON is malformed, wherever JSON.parse says so', () => {
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

  it('[P3] unknown content, types and values are malformed', () => {
    for (let kind = 11; kind < 32; kind++) {
      expect(outcomeOfItem({}, [kind, bytes(1)])).toBe(malformed);
    }
    expect(outcomeOfItem({}, type(7))).toBe(malformed);
    expect(outcomeOfItem({}, [8, bytes(1, 115)])).toBe(malformed);
    expect(outcomeOfItem({}, [8, bytes(1, 128)])).toBe(malformed);
  });

  it('[P3] flags on GC and Skip structs, which Yjs reads in two ways, are malformed', () => {
    for (const info of [0x20, 0x40, 0x80, 0x8a, 0x4a, 0x2a]) {
      expect(outcomeOf(forge([[1, 0, [bytes(info, 1)]]]))).toBe(malformed);
    }
  });
});

describe('counts and lengths', () => {
  it('[P3] a struct or range of no length is malformed', () => {
    expect(outcomeOf(forge([[1, 0, [gc(0)]]]))).toBe(malformed);
    expect(outcomeOf(forge([[1, 0, [skip(0)]]]))).toBe(malformed);
    for (const content of [deleted(0), text(''), any([]), json([])]) {
      expect(outcomeOfItem({}, content)).toBe(malformed);
    }
    expect(outcomeOf(forge([], [[7, [[1, 0]]]]), victim)).toBe(malformed);
  });

  it('[P3] clocks end below 2^31', () => {
    expect(outcomeOf(forge([[1, 0, [gc(limits.clock)]]]))).toBe(complete);
    expect(outcomeOf(forge([[1, 0, [gc(limits.clock), gc(1)]]]))).toBe(malformed);
    for (const length of [2 ** 40, 2 ** 52]) {
      expect(outcomeOf(forge([[1, 0, [gc(length)]]]))).toBe(malformed);
      expect(outcomeOfItem({}, deleted(length))).toBe(malformed);
      expect(outcomeOf(forge([], [[7, [[3, length]]]]), victim)).toBe(malformed);
    }
    expect(outcomeOf(forge([[1, 0, many(200, () => gc(2 ** 30))]]))).toBe(malformed);
  });

  it('[P8] counts that the bytes cannot hold are malformed before anything is set aside', () => {
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

  it('[P3] a client without structs, or one that comes twice, is malformed', () => {
    expect(outcomeOf(forge([[1, 0, []], [2, 0, [gc(1)]]]))).toBe(malformed);
    expect(outcomeOf(forge([[1, 0, [gc(1)]], [1, 1, [gc(1)]]]))).toBe(malformed);
    expect(outcomeOf(forge([], [[7, []], [8, [[1, 1]]]]), victim)).toBe(malformed);
    expect(outcomeOf(forge([], [[7, [[1, 1]]], [7, [[3, 1]]]]), victim)).toBe(malformed);
  });

  it('[P8] more clients than the limit are too big', () => {
    const clients = (count: number) => forge(many(count, (i): Structs => [count - i, 0, [gc(1)]]));
    expect(outcomeOf(clients(limits.updateClients))).toBe(complete);
    expect(outcomeOf(clients(limits.updateClients + 1))).toBe(tooBig);
  });

  it('[P8] more structs than the limit are too big', () => {
    const structs = (count: number) =>
      encoding.encode((encoder) => {
        for (const number of [1, count, 1, 0]) encoding.writeVarUint(encoder, number);
        encoding.writeUint8Array(encoder, new Uint8Array(2 * count).map((_, i) => i % 2));
        encoding.writeVarUint(encoder, 0);
      });
    expect(outcomeOf(structs(limits.updateStructs))).toBe(complete);
    expect(outcomeOf(structs(limits.updateStructs + 1))).toBe(tooBig);
  });

  it('[P8] delete ranges that do not ascend are malformed, more than the limit too big', () => {
    const long = knownOf(forge([[7, 0, [gc(2 ** 30)]]]));
    const ranges = (count: number) => many(count, (i) => [i * 2, 1] as const);
    expect(outcomeOf(forge([], [[7, ranges(5000)]]), long)).toBe(complete);
    expect(outcomeOf(forge([], [[7, ranges(5000).reverse()]]), long)).toBe(malformed);
    expect(outcomeOf(forge([], [[7, [[1, 5], [3, 5]]]]), long)).toBe(malformed);
    expect(outcomeOf(forge([], [[7, [[1, 2], [3, 5]]]]), long)).toBe(complete); // they touch
    const tooMany = encoding.encode((encoder) => {
      const count = limits.updateDeleteRanges + 1;
      for (const number of [0, 1, 7, count]) encoding.writeVarUint(encoder, number);
      encoding.writeUint8Array(encoder, new Uint8Array(2 * count));
    });
    expect(outcomeOf(tooMany, long)).toBe(tooBig);
  });
});

describe('what an update builds on', () => {
  it('[P3] structs behind a hole are a gap', () => {
    expect(outcomeOf(forge([[7, 11, [gc(1)]]]), victim)).toBe(gap);
    expect(outcomeOf(forge([[8, 1, [gc(1)]]]), victim)).toBe(gap);
  });

  it('[P3] structs that wait for what the victim will type are a gap', () => {
    for (const where of [{ origin: [7, 10] }, { right: [7, 10] }, { parent: [7, 10] }] as const) {
      expect(outcomeOf(forge([[1, 0, [item(where, text('x'))]]]), victim)).toBe(gap);
    }
    expect(outcomeOf(forge([[1, 0, [item({ origin: [7, 9] }, text('x'))]]]), victim)).toBe(
      complete,
    );
    expect(outcomeOf(forge([[1, 0, [item({ origin: [9, 0] }, text('x'))]]]), victim)).toBe(gap);
  });

  it('[P3] deletions of what the victim will type, or of what nobody has, are a gap', () => {
    expect(outcomeOf(forge([], [[7, [[2, 8]]]]), victim)).toBe(complete);
    expect(outcomeOf(forge([], [[7, [[10, 2 ** 30]]]]), victim)).toBe(gap);
    expect(outcomeOf(forge([], [[7, [[2, 9]]]]), victim)).toBe(gap);
    expect(outcomeOf(forge([], [[9, many(1000, (i) => [i * 2, 1])]]), victim)).toBe(gap);
  });

  it('[P3] a Skip struct, the trace of a hole in what was merged, is a gap', () => {
    expect(outcomeOf(forge([[1, 0, [gc(1), skip(2), gc(1)]]]))).toBe(gap);
    const updates: Uint8Array[] = [];
    const doc = new Y.Doc();
    doc.on('update', (update) => updates.push(update));
    for (const word of ['one', 'two', 'three']) doc.getText('text').insert(0, word);
    expect(outcomeOf(Y.mergeUpdates([updates[0]!, updates[2]!]))).toBe(gap);
    expect(outcomeOf(Y.mergeUpdates(updates))).toBe(complete);
  });

  it('[P3] an item that refers to itself, or to what follows it, is malformed', () => {
    for (const clock of [0, 1]) {
      for (
        const where of [{ origin: [1, clock] }, { right: [1, clock] }, {
          parent: [1, clock],
        }] as const
      ) {
        expect(outcomeOf(forge([[1, 0, [item(where, text('x')), gc(1)]]]))).toBe(malformed);
      }
    }
  });

  it('[P3] items of two or more clients that refer to each other in a circle are malformed', () => {
    const circle = (clients: number) =>
      forge(many(clients, (i): Structs => [
        clients - i,
        0,
        [item({ origin: [(clients - i) % clients + 1, 0] }, text('x'))],
      ]));
    for (const clients of [2, 3, 100]) expect(outcomeOf(circle(clients))).toBe(malformed);
    // Not in the first structs: there is no order for 2:1, 1:1, 2:0 and 1:0.
    const crossed = [1, 2].map((client): Structs => [
      client,
      0,
      [item({ right: [3 - client, 1] }, text('x')), item({}, text('y'))],
    ]);
    expect(outcomeOf(forge(crossed))).toBe(malformed);
  });

  it('[P3] clients may wait for each other as long as there is an order', () => {
    const doc = new Y.Doc();
    // Each struct of one needs one of the other that needs an earlier one of the first.
    const turns = forge([0, 1].map((second): Structs => [
      2 - second,
      0,
      many(100, (i) => {
        const before: Id = [1 + second, second ? i : i - 1];
        return item(before[1] < 0 ? {} : { origin: before }, text('x'));
      }),
    ]));
    expect(outcomeOf(turns)).toBe(complete);
    Y.applyUpdate(doc, turns);
    expect(doc.getText('text').length).toBe(200);
  });

  it('[P3] what is known already is not taken for new, and never replaced', () => {
    const longer = forge([[7, 0, [item({}, text('another text'))]]]);
    const inspection = validateUpdate(longer, victim);
    expect(inspection).toMatchObject({
      type: complete,
      update: forge([[7, 10, [item({ origin: [7, 9] }, text('xt'))]]]),
    });
    expect(outcomeOf(forge([[7, 0, [item({}, text('shorter'))]]]), victim)).toBe(complete);
  });

  it('[P3] an item whose beginning the log holds as something else cannot hurt Yjs', () => {
    const log = [
      forge([[7, 0, [item({}, text('ten chars.'))]]]),
      forge([[1, 0, [gc(3)]]]),
    ];
    const forged = forge([[1, 0, [item({ origin: [7, 4] }, text('abcdef'))]]]);
    const inspection = validateUpdate(forged, knownOf(...log));
    if (inspection.type !== complete) throw new Error('Known in part is not a gap');
    const [doc, bare] = [new Y.Doc(), new Y.Doc()];
    for (const update of log) for (const each of [doc, bare]) Y.applyUpdate(each, update);
    expect(() => Y.applyUpdate(bare, forged)).toThrow(TypeError);
    Y.applyUpdate(doc, inspection.update);
    expect(Y.getState(doc.store, 1)).toBe(6);
  });
});

describe('content that is not allowed', () => {
  it('[P3] `__proto__` is forbidden as a key, a name of a root or mark, and in values', () => {
    expect(outcomeOfItem({ parent: '__proto__' }, text('x'))).toBe(forbiddenContent);
    expect(outcomeOfItem({ key: '__proto__' }, any([1]))).toBe(forbiddenContent);
    expect(outcomeOfItem({}, format('__proto__', '1'))).toBe(forbiddenContent);
    for (const value of ['{"__proto__":1}', '[{"a":{"\\u005f_pro\\u0074o__":{}}}]']) {
      expect(outcomeOfItem({}, format('bold', value))).toBe(forbiddenContent);
      expect(outcomeOfItem({}, embed(value))).toBe(forbiddenContent);
      expect(outcomeOfItem({}, json([value]))).toBe(forbiddenContent);
      expect(outcomeOfItem({}, any([[JSON.parse(value)]]))).toBe(forbiddenContent);
    }
    const harmless = ['"__proto__"', '{"__proto_":1}', '{"__proto___":1}', '{"___proto__":1}'];
    for (const value of harmless) expect(outcomeOfItem({}, embed(value))).toBe(complete);
    expect(outcomeOfItem({}, text('__proto__'))).toBe(complete);
  });

  it('[P3] names of XML elements and hooks must be names', () => {
    for (const name of ['p', 'UNDEFINED', '_x', 'codeBlock', 'x-y:z.1', 'h1']) {
      expect(outcomeOfItem({}, type(3, name))).toBe(complete);
    }
    for (const name of ['', '1a', '-a', 'img src=x onerror=alert(1)', 'a>', 'é', 'a\0', '__p/']) {
      expect(outcomeOfItem({}, type(3, name))).toBe(forbiddenContent);
      expect(outcomeOfItem({}, type(5, name))).toBe(forbiddenContent);
    }
  });

  it('[P3] subdocuments are forbidden', () => {
    expect(outcomeOfItem({}, subdocument())).toBe(forbiddenContent);
  });

  it('[P3] values nested deeper than the limit are forbidden', () => {
    const nested = (depth: number) => '['.repeat(depth) + '1' + ']'.repeat(depth);
    const objects = (depth: number) => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);
    const most = limits.jsonDepth;
    for (const nest of [nested, objects]) {
      expect(outcomeOfItem({}, embed(nest(most)))).toBe(complete);
      expect(outcomeOfItem({}, embed(nest(most + 1)))).toBe(forbiddenContent);
      expect(outcomeOfItem({}, embed(nest(100_000)))).toBe(forbiddenContent);
      expect(outcomeOfItem({}, any([JSON.parse(nest(most))]))).toBe(complete);
      expect(outcomeOfItem({}, any([JSON.parse(nest(most + 1))]))).toBe(forbiddenContent);
    }
    const bottomless = many(20_000, () => [117, 1]).flat();
    expect(outcomeOfItem({}, [8, bytes(1, ...bottomless, 126)])).toBe(forbiddenContent);
  });

  it('[P3] types nested deeper than the limit are forbidden, also through neighbours', () => {
    const nested = (depth: number) =>
      forge([[1, 0, many(depth, (i) => item(i ? { parent: [1, i - 1] } : {}, type(0)))]]);
    expect(outcomeOf(nested(limits.typeDepth))).toBe(complete);
    expect(outcomeOf(nested(100_000))).toBe(forbiddenContent);
    // Each type is the second child of the one before, and says only who is to its left.
    const besides = (depth: number) =>
      forge([[
        1,
        0,
        many(2 * depth, (i) =>
          i % 2
            ? item({ origin: [1, i - 1] }, type(0))
            : item(i ? { parent: [1, i - 1] } : {}, text('x'))),
      ]]);
    expect(outcomeOf(besides(limits.typeDepth))).toBe(complete);
    expect(outcomeOf(besides(limits.typeDepth + 2))).toBe(forbiddenContent);
  });

  /** A map in the list, client 1, with one entry; its clocks are 0 and 1. */
  const inMap = [item({}, type(1)), item({ parent: [1, 0], key: 'a' }, any([1]))];

  it('[P3] a key has one value: Yjs would throw when it collects a longer one in pieces', () => {
    const update = (...parts: Parameters<typeof item>) =>
      forge([[1, 0, [...inMap, item(...parts), item({ origin: [1, 3] }, any([4]))]]]);
    const bricks = update({ origin: [1, 1] }, text('xyz'));
    const doc = new Y.Doc();
    Y.applyUpdate(doc, bricks);
    expect(() => doc.getArray('text').delete(0, 1)).toThrow('Unexpected case');

    expect(outcomeOf(bricks)).toBe(forbiddenContent);
    expect(outcomeOf(update({ parent: [1, 0], key: 'b' }, any([1, 2])))).toBe(forbiddenContent);
    // The same in two updates, and after the state was stored and read again.
    const known = LogState.decode(knownOf(forge([[1, 0, inMap]])).encode());
    const second = forge([[2, 0, [item({ origin: [1, 1] }, text('xyz'))]]]);
    expect(outcomeOf(second, known)).toBe(forbiddenContent);
    // Deleted ones are honest: Yjs joins them.
    expect(outcomeOf(update({ origin: [1, 1] }, deleted(3)))).toBe(complete);
    const longAndDeleted = forge([[1, 0, [...inMap, item({ origin: [1, 1] }, any([2, 3]))]]], [
      [1, [[1, 3]]],
    ]);
    expect(outcomeOf(longAndDeleted)).toBe(complete);
  });

  it('[P8] no value is put before another under a key: Yjs would walk past all, each time', () => {
    const before = forge([[2, 0, [item({ right: [1, 1] }, any([0]))]]]);
    expect(outcomeOf(before, knownOf(forge([[1, 0, inMap]])))).toBe(forbiddenContent);
    const between = item({ origin: [1, 1], right: [7, 3] }, any([0]));
    expect(outcomeOf(forge([[1, 0, [...inMap, between]]]), victim)).toBe(forbiddenContent);
  });
});

describe('many items at one place', () => {
  const most = limits.itemsAtSamePosition;

  it('[P8] are forbidden past the limit, in a list', () => {
    const atOnePlace = (count: number, where: Where) =>
      forge(
        [2, 1].map((client): Structs => [client, 0, many(count / 2, () => item(where, text('x')))]),
      );
    for (
      const where of [{}, { origin: [7, 3] }, { right: [7, 3] }, {
        origin: [7, 3],
        right: [7, 4],
      }] as const
    ) {
      expect(outcomeOf(atOnePlace(most, where), victim)).toBe(complete);
      expect(outcomeOf(atOnePlace(most + 2, where), victim)).toBe(forbiddenContent);
      expect(outcomeOf(atOnePlace(10_000, where), victim)).toBe(forbiddenContent);
    }
  });

  it('[P8] are forbidden past the limit, under one key and with no value before', () => {
    const sets = (count: number, key: (i: number) => string) =>
      forge([[1, 0, many(count, (i) => item({ parent: 'map', key: key(i) }, any([i])))]]);
    expect(outcomeOf(sets(8000, () => 'same'))).toBe(forbiddenContent);
    expect(outcomeOf(sets(8000, (i) => `key ${i}`))).toBe(complete);
  });

  it('[P8] are honest when each was put beside the one before', () => {
    const doc = new Y.Doc();
    const list = doc.getText('text');
    const map = doc.getMap('map');
    doc.transact(() => {
      for (let i = 0; i < 3000; i++) {
        list.insert(0, 'at the start ', i % 2 ? { bold: true } : {});
        list.insert(list.length >> 1, 'in the middle');
        map.set('key', i);
      }
    });
    expect(outcomeOf(Y.encodeStateAsUpdate(doc))).toBe(complete);
    for (let i = 0; i < 2000; i++) list.delete(0, 1);
    expect(outcomeOf(Y.encodeStateAsUpdate(doc))).toBe(complete);
  });

  it('[P3] an item may have one neighbour on both sides: undo makes such', () => {
    const update = forge([[1, 0, [item({ origin: [7, 3], right: [7, 3] }, text('x'))]]]);
    expect(outcomeOf(update, victim)).toBe(complete);
  });
});

describe('cost', () => {
  /** Counts how often it is asked: about as often as structs are looked at. */
  class CountingState extends LogState {
    asked = 0;
    override clockOf(client: number): number {
      this.asked++;
      return super.clockOf(client);
    }
  }

  it('[P8] inspecting takes steps in the number of structs, in whatever order they wait', () => {
    const waiting: Record<string, (i: number, second: number) => number> = {
      'for the other, in turns': (i, second) => second ? i : i - 1,
      'for the first of the other': (_, second) => second ? 0 : -1,
      'for the last of the other': (i, second) => second ? i : -1,
    };
    for (const [order, wanted] of Object.entries(waiting)) {
      const [few, lots] = [1000, 4000].map((count) => {
        const known = new CountingState();
        const structs = [0, 1].map((second): Structs => [
          1 + second,
          0,
          many(count, (i) => {
            const clock = wanted(i, second);
            return item(
              clock < 0 ? { parent: `root ${i}` } : { origin: [2 - second, clock] },
              text('x'),
            );
          }),
        ]);
        outcomeOf(forge(structs), known);
        return known.asked;
      });
      expect([order, lots! / few! < 4.5]).toEqual([order, true]);
    }
  });
});
