/** What a hostile member sends: well-formed messages with forged updates, presence and state vectors. */
import * as Y from 'yjs';
import { encodeAwareness } from '../../../protocol/awareness.ts';
import { limits } from '../../../protocol/limits.ts';
import type { Message } from '../../../protocol/messages.ts';
import {
  any,
  type Content,
  deleted,
  forge,
  format,
  gc,
  type Id,
  item,
  type Part,
  text,
  type,
  type Where,
} from '../../worker/core/update/forge-updates.ts';
import { forgeNeighbours } from '../../worker/core/update/forge-neighbours.ts';
import type { LogState } from '../../../worker/core/update/log-state.ts';
import type { Random } from '../random.ts';

/** What the member knows and aims at. */
interface Target {
  /** What the service has. */
  readonly doc: Y.Doc;
  /** Client ids of others that it may write under: their owners can tell. */
  readonly victims: readonly number[];
  /** Client ids of others that are connected. */
  readonly present: readonly number[];
  /** Its own client id. */
  readonly own: number;
  readonly epoch: string;
  readonly state: LogState;
}

type Forgery = (random: Random, target: Target) => Message[];

const many = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const update = (bytes: Uint8Array): Message => ({ type: 'update', update: bytes });
const clockOf = ({ doc }: Target, client: number) => Y.getState(doc.store, client);

/** Structs of the member, from its next clock on. */
function ownUpdate(target: Target, parts: readonly Part[]): Message {
  return update(forge([[target.own, clockOf(target, target.own), parts]]));
}

/** The id of some stored item; null for an empty document. */
function anyId(random: Random, { doc }: Target): Id | null {
  const clients = [...doc.store.clients.keys()];
  if (clients.length === 0) return null;
  const client = random.pick(clients);
  return [client, random.below(Y.getState(doc.store, client))];
}

interface Place extends Where {
  readonly list: Y.AbstractType<unknown>;
}

/** A place between two items that follow each other, in a root or any type below it. */
function anyPlace(random: Random, { doc }: Target, root = random.pick(roots)): Place {
  const name = [...doc.share.keys()].includes(root) ? root : 'content';
  const lists = [...doc.store.clients.values()].flat().flatMap((struct) =>
    struct instanceof Y.Item && struct.content instanceof Y.ContentType && !struct.deleted
      ? [struct.content.type]
      : []
  );
  const list = lists.length > 0 && random.chance(0.4)
    ? random.pick(lists)
    : doc.get(name) as Y.AbstractType<unknown>;
  const items: Y.Item[] = [];
  for (let next = list._start; next !== null; next = next.right) items.push(next);
  const at = random.below(items.length + 1);
  const [left, right] = [items[at - 1], items[at]];
  const { id: parent } = list._item ?? {};
  return {
    list,
    ...(left && { origin: [left.lastId.client, left.lastId.clock] as const }),
    ...(right && { right: [right.id.client, right.id.clock] as const }),
    parent: parent ? [parent.client, parent.clock] : name,
  };
}

/** Items of the member after each other, at one place. */
function ownRow(random: Random, target: Target, contents: readonly (readonly [number, Content])[]) {
  const place = anyPlace(random, target);
  let clock = clockOf(target, target.own);
  const parts = contents.map(([length, content], i) => {
    const before = i > 0 ? { origin: [target.own, clock - 1] as const } : {};
    clock += length;
    return item({ ...place, ...before }, content);
  });
  return ownUpdate(target, parts);
}

const mark = format('bold', 'true');
const roots = ['content', 'lines', 'meta', 'other'];

const contents: readonly (readonly [length: number, Content])[] = [
  [6, text('forged')],
  [1, text('\n')],
  [1, mark],
  [2, deleted(2)],
  [3, any([1, null, 'x'])],
  [1, type(0)],
  [1, type(1)],
  [1, type(2)],
  [1, type(3, 'paragraph')],
  [1, type(6)],
];

const stolenContents: typeof contents = [
  [6, text('stolen')],
  [2, text('st')],
  [1, text('s')],
  ...contents,
];

/** By name. Each returns the messages of one attack. */
export const forgeries = {
  'the next clocks of another client': (random, target) => {
    if (target.victims.length === 0) return [];
    const victim = random.pick(target.victims);
    const clock = clockOf(target, victim);
    const [length, content] = random.pick(stolenContents);
    const place = random.chance(0.5) ? { parent: 'content' } : anyPlace(random, target);
    const part = random.chance(0.2) ? gc(length) : item(place, content);
    const deletes = random.chance(0.2) ? [[victim, [[clock, length]]] as const] : [];
    return [update(forge([[victim, clock, [part]]], deletes))];
  },
  'the client id beside that of another client': (random, target) => {
    if (target.victims.length === 0) return [];
    const client = random.pick(target.victims) + random.pick([-1, -1, 1]);
    if (client < 0 || client >= 2 ** 32) return [];
    const part = item(anyPlace(random, target), text('beside'));
    return [update(forge([[client, clockOf(target, client), [part]]]))];
  },
  'other content at known clocks': (random, target) => {
    const id = anyId(random, target);
    if (!id) return [];
    const [client, clock] = id;
    const part = item({ parent: 'content' }, text('forged'.slice(random.below(6))));
    return [update(forge([[client, clock, [part]]]))];
  },
  'what the log has': (random, { doc }) => {
    const clocks = new Map([...doc.store.clients.keys()].map((client) => [
      client,
      random.below(Y.getState(doc.store, client) + 1),
    ]));
    return [update(Y.encodeStateAsUpdate(doc, Y.encodeStateVector(clocks)))];
  },
  'a gap': (random, target) => [
    update(forge([[target.own, clockOf(target, target.own) + 1 + random.below(5), [
      item({ parent: 'content' }, text('gap')),
    ]]])),
  ],
  'nested types': (random, target) => {
    const start = clockOf(target, target.own);
    const outer = anyPlace(random, target);
    const depth = 2 + random.below(limits.typeDepth);
    const where = (i: number) => i > 0 ? { parent: [target.own, start + i - 1] as const } : outer;
    return [ownUpdate(target, many(depth, (i) => item(where(i), type(1))))];
  },
  'many items at one place': (random, target) => [
    ownRow(random, target, many(50, () => [1, mark] as const)),
  ],
  'items before each item of a row': (random, target) => {
    const start = clockOf(target, target.own);
    const count = random.chance(0.05) ? 1000 : 20;
    const row = many(
      count,
      (i) => item(i ? { origin: [target.own, start + i - 1] } : { parent: 'content' }, mark),
    );
    const before = many(count, (i) => item({ right: [target.own, start + i] }, mark));
    return [ownUpdate(target, [...row, ...before])];
  },
  'everything deleted': (random, { doc }) => {
    const ends = [...doc.store.clients.keys()].map((client) =>
      [client, Y.getState(doc.store, client)] as const
    );
    const chosen = random.chance(0.1) ? ends : ends.filter(() => random.chance(0.1));
    return [update(forge([], chosen.map(([client, end]) => [client, [[0, end]]])))];
  },
  'a deletion of what does not exist': (random, target) => [
    update(forge([], [[target.own, [[0, 2 ** (5 + random.below(26)) - 1]]]])),
  ],
  'neighbours in any order': (random, { doc, state, own }) => [
    update(forgeNeighbours(doc, state, [own], random)),
  ],
  'neighbours in different lists': (_, target) => {
    const start = clockOf(target, target.own);
    return [ownUpdate(target, [
      item({ parent: 'content' }, mark),
      item({ parent: 'other' }, mark),
      item({ origin: [target.own, start], right: [target.own, start + 1] }, text('x')),
    ])];
  },
  'a value, a mark or text among XML elements': (random, target) => {
    const content = random.pick([any([null]), mark, text('x')]);
    return [ownUpdate(target, [item({ parent: 'lines' }, content)])];
  },
  'a flood': (random, target) => {
    const start = clockOf(target, target.own);
    const place = anyPlace(random, target);
    const where = (i: number) => i > 0 ? { origin: [target.own, start + i - 1] as const } : {};
    return many(
      80,
      (i) => update(forge([[target.own, start + i, [item({ ...place, ...where(i) }, text('.'))]]])),
    );
  },
  'presence of others': (random, { present, own }) => {
    const state = random.pick([null, '{}', '{"name":"forged"}', '[[[[[[[[[[]]]]]]]]]]', '1']);
    const entries = [...present, own].filter(() => random.chance(0.5))
      .map((client) => ({ client, clock: random.below(100), state }));
    return [{ type: 'awareness', update: encodeAwareness(entries) }];
  },
  'false state vectors': (random, target) => {
    const clocks = new Map([...target.victims, 12345].map((id) => [id, 2 ** random.below(31)]));
    const stateVector = Y.encodeStateVector(clocks);
    return random.pick<() => Message[]>([
      () => many(20, () => ({ type: 'sync-step-1' as const, stateVector })),
      () => [{ type: 'resume', epoch: target.epoch, version: 2 ** 30, stateVector, schema: 0 }],
      () => [{ type: 'resume', epoch: 'forged', version: 1, stateVector, schema: 0 }],
      () => many(5, () => ({ type: 'sync-step-2' as const, update: new Uint8Array([0, 0]) })),
    ])();
  },
  'anything in a row': (random, target) => [
    ownRow(random, target, many(1 + random.below(5), () => random.pick(contents))),
  ],
} satisfies Readonly<Record<string, Forgery>>;
