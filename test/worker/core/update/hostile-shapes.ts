import { CloseCode } from '../../../../protocol/close-codes.ts';
import { limits } from '../../../../protocol/limits.ts';
import type { ProtocolError } from '../../../../protocol/protocol-error.ts';
import type { ItemIndex } from '../../../../worker/core/update/item-index.ts';
import {
  any,
  embed,
  forge,
  format,
  gc,
  item,
  type Part,
  type Structs,
  text,
  type,
} from './forge-updates.ts';
import { many } from './outcomes.ts';

/** What `ItemIndex.add` does with the last update of a shape. */
type Outcome = 'added' | 'corrected' | 'full' | 'forbidden';

/** Updates that are cheap to send and expensive to integrate, load or show. */
interface HostileShape {
  readonly name: string;
  /** Every update but the last is added. Called once, so that large shapes are not kept. */
  readonly updates: () => Uint8Array[];
  readonly outcome: Exclude<Outcome, 'added'>;
}

/** Adds the updates of a shape to an empty index. Throws when one before the last is rejected. */
export function outcomeOf({ updates }: HostileShape, index: ItemIndex): Outcome {
  const log = updates();
  for (const [i, update] of log.entries()) {
    try {
      const added = index.add(update);
      if (added === null) return 'full';
      if (added !== update && i === log.length - 1) return 'corrected';
    } catch (error) {
      // In a bundle the class of the error is another one.
      const isForbidden = (error as ProtocolError).code === CloseCode.forbiddenContent;
      if (!isForbidden || i < log.length - 1) throw error;
      return 'forbidden';
    }
  }
  return 'added';
}

/** Format marks, because Yjs does not merge them. */
const mark = format('b', '1');
const count = 4000;
const one = (part: Part, client = 9, clock = 0) => forge([[client, clock, [part]]]);

/** Marks of client 7, each after the one before. */
const chain = many(count, (i) => item(i ? { origin: [7, i - 1] } : {}, mark));
/** Marks of client 7, each before the one before. */
const prepended = many(count, (i) => item(i ? { right: [7, i - 1] } : {}, mark));

const nested = (from: number, to: number) =>
  many(to - from, (i) => item(from + i ? { parent: [7, from + i - 1] } : {}, type(1)));

const positions: HostileShape[] = [
  {
    name: 'items after each item of a row, up to the end',
    updates: () => [
      forge([[7, 0, chain]]),
      forge([[8, 0, many(count, (i) => item({ origin: [7, i] }, mark))]]),
    ],
    outcome: 'forbidden',
  },
  {
    name: 'items around ever fewer items, in an update of their own',
    updates: () => [
      forge([[7, 0, chain]]),
      forge([[
        8,
        0,
        many(count / 2 - 1, (i) => item({ origin: [7, i], right: [7, count - 1 - i] }, mark)),
      ]]),
    ],
    outcome: 'forbidden',
  },
  {
    name: 'items before each item of a row that was written backwards',
    updates: () => [
      forge([[7, 0, prepended]]),
      forge([[8, 0, many(count, (i) => item({ right: [7, i] }, mark))]]),
    ],
    outcome: 'forbidden',
  },
  {
    name: 'items of many clients at one position',
    updates: () => many(5000, (i) => one(item({}, mark), i + 1)),
    outcome: 'full',
  },
  {
    name: 'values of many clients under one key',
    updates: () => many(5000, (i) => one(item({ key: 'k' }, any([i])), i + 1)),
    outcome: 'full',
  },
  {
    name: 'one item in each update',
    updates: () => [
      forge([[7, 0, many(20_000, (i) => item(i ? { origin: [7, i - 1] } : {}, mark))]]),
      ...many(1000, (i) => one(item({ origin: [7, i] }, mark), 8, i)),
    ],
    outcome: 'full',
  },
  {
    name: 'neighbours that are far apart',
    updates: () => [
      forge([[7, 0, chain]]),
      forge([[8, 0, many(count, () => item({ origin: [7, 0], right: [7, count - 1] }, mark))]]),
    ],
    outcome: 'forbidden',
  },
  {
    name: 'an item before every character of a long text',
    updates: () => [
      one(item({}, text('x'.repeat(200_000))), 7),
      forge([[
        8,
        0,
        many(199_999, (i) => item({ origin: [7, 199_998 - i], right: [7, 199_999 - i] }, mark)),
      ]]),
    ],
    outcome: 'forbidden',
  },
  {
    name: 'deletions inside every piece of a long text',
    updates: () => [
      one(item({}, text('x'.repeat(400_000))), 7),
      forge([], [[7, many(100_000, (i) => [4 * i, 1])]]),
      forge([], [[7, many(100_000, (i) => [4 * i + 2, 1])]]),
    ],
    outcome: 'forbidden',
  },
];

/** Neighbours with which replicas would order an item differently. */
const neighbours: HostileShape[] = [
  {
    name: 'a right neighbour before the left one',
    updates: () => [
      one(item({}, text('abcd'))),
      one(item({ right: [9, 0] }, text('before')), 8),
      one(item({ origin: [9, 2], right: [8, 0] }, text('x')), 7),
    ],
  },
  {
    name: 'a right neighbour in the text that ends with the left one',
    updates: () => [
      one(item({}, text('abcd'))),
      one(item({ origin: [9, 2], right: [9, 1] }, text('x')), 8),
    ],
  },
  {
    name: 'one character as both neighbours',
    updates: () => [
      one(item({}, text('abcd'))),
      one(item({ origin: [9, 1], right: [9, 1] }, text('x')), 8),
    ],
  },
  {
    name: 'items before each item of a row',
    updates: () => [
      forge([[7, 0, [...chain, ...many(count, (i) => item({ right: [7, i] }, mark))]]]),
    ],
  },
  {
    name: 'a left neighbour that was inserted before a third item, and the end',
    updates: () => [
      one(item({}, text('ac'))),
      one(item({ origin: [9, 0], right: [9, 1] }, text('b')), 8),
      one(item({ origin: [8, 0] }, text('x')), 7),
    ],
  },
  {
    name: 'a left neighbour that was inserted before an item between both',
    updates: () => [
      one(item({}, text('ac')), 7),
      one(item({}, text('d'))),
      one(item({ origin: [7, 0], right: [7, 1] }, text('b')), 8),
      one(item({ origin: [8, 0], right: [9, 0] }, text('x')), 6),
    ],
  },
  {
    name: 'a right neighbour that was inserted after an item between both',
    updates: () => [
      one(item({}, text('acd'))),
      one(item({ origin: [9, 0], right: [9, 2] }, text('x')), 8),
    ],
  },
  {
    name: 'a left neighbour that is garbage-collected',
    updates: () => [
      one(gc(2)),
      one(item({}, text('a')), 8),
      one(item({ origin: [9, 1], right: [8, 0] }, text('x')), 7),
    ],
  },
  {
    name: 'a right neighbour that is garbage-collected',
    updates: () => [
      one(gc(2)),
      one(item({}, text('a')), 8),
      one(item({ origin: [8, 0], right: [9, 1] }, text('x')), 7),
    ],
  },
].map((shape) => ({ ...shape, outcome: 'corrected' }));

const structure: HostileShape[] = [
  {
    name: 'types nested in one update',
    updates: () => [forge([[7, 0, nested(0, limits.typeDepth + 1)]])],
    outcome: 'forbidden',
  },
  {
    name: 'types nested over many updates',
    updates: () => many(limits.typeDepth + 1, (i) => forge([[7, i, nested(i, i + 1)]])),
    outcome: 'forbidden',
  },
  {
    name: 'types nested below keys',
    updates: () =>
      many(
        limits.typeDepth + 1,
        (i) => one(item(i ? { parent: [7, i - 1], key: 'k' } : { key: 'k' }, type(1)), 7, i),
      ),
    outcome: 'forbidden',
  },
  ...['lines', 'default', 'prosemirror'].map((root): HostileShape => ({
    name: `a plain value in the root ${root}`,
    updates: () => [one(item({ parent: root }, any([null])))],
    outcome: 'forbidden',
  })),
  {
    name: 'a format mark among lines',
    updates: () => [one(item({ parent: 'lines' }, mark))],
    outcome: 'forbidden',
  },
  {
    name: 'text in an XML element of the log',
    updates: () => [
      one(item({}, type(3, 'p'))),
      one(item({ parent: [9, 0] }, text('x')), 8),
    ],
    outcome: 'forbidden',
  },
  {
    name: 'a map beside an XML element',
    updates: () => [
      forge([[9, 0, [item({ parent: 'lines' }, type(3, 'p')), item({ origin: [9, 0] }, type(1))]]]),
    ],
    outcome: 'forbidden',
  },
  {
    name: 'an attribute of XML without a text',
    updates: () => [
      one(item({ parent: 'lines' }, type(3, 'p'))),
      one(item({ parent: [9, 0], key: 'k' }, any([[{ toString: 1 }]])), 8),
    ],
    outcome: 'forbidden',
  },
  {
    name: 'a mark of XML text without a text',
    updates: () => [
      one(item({ parent: 'lines' }, type(6))),
      one(item({ parent: [9, 0] }, format('link', '{"href":{"\\u0074oString":1}}')), 8),
    ],
    outcome: 'forbidden',
  },
  {
    name: 'neighbours in different lists',
    updates: () => [
      forge([[9, 0, [item({ parent: 'a' }, text('a')), item({ parent: 'b' }, text('b'))]]]),
      one(item({ origin: [9, 0], right: [9, 1] }, text('x')), 8),
    ],
    outcome: 'forbidden',
  },
];

const sizes: HostileShape[] = [
  {
    name: 'a list of empty types',
    updates: () =>
      many(4, (k) =>
        forge([[
          7,
          k * 40_000,
          many(40_000, (i) => item(k + i ? { origin: [7, k * 40_000 + i - 1] } : {}, type(2))),
        ]])),
    outcome: 'full',
  },
  {
    name: 'empty objects in a value',
    updates: () => [one(item({}, any([many(1_600_000, () => ({}))])))],
    outcome: 'full',
  },
  {
    name: 'empty arrays in JSON',
    updates: () => [one(item({}, embed(`[${many(1_600_000, () => '[]').join()}]`)))],
    outcome: 'full',
  },
  {
    name: 'client ids',
    updates: () =>
      many(16, (k) => forge(many(16_000, (i): Structs => [2 ** 40 + k * 16_000 + i, 0, [gc(1)]]))),
    outcome: 'full',
  },
];

export const hostileShapes: readonly HostileShape[] = [
  ...positions,
  ...neighbours,
  ...structure,
  ...sizes,
];
