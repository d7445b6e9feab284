import type * as Y from 'yjs';
import type { LogState } from '../../../../worker/core/update/log-state.ts';
import type { Random } from '../../../support/random.ts';
import {
  any,
  type Content,
  deleted,
  type Deletes,
  embed,
  forge,
  format,
  type Id,
  item,
  type Part,
  type Structs,
  text,
  type,
} from './forge-updates.ts';
import { ordersOf } from './replicas.ts';

/**
 * An update of items between neighbours of one list in any order, which may be items of the same
 * update. `clients` are those under whose ids it may be forged, besides new ones below 40.
 */
export function forgeNeighbours(
  doc: Y.Doc,
  state: LogState,
  clients: readonly number[],
  random: Random,
): Uint8Array {
  const ids = idsOfList(doc, random);
  const chosen = new Set(
    Array.from(
      { length: 1 + random.below(3) },
      () => random.chance(0.4) && clients.length > 0 ? random.pick(clients) : random.below(40),
    ),
  );
  const structs = [...chosen].map((client): Structs => {
    const start = state.clockOf(client);
    let clock = start;
    const parts: Part[] = [];
    for (let left = 1 + random.below(5); left > 0; left--) {
      const pick = picker(ids, random);
      const [length, content] = randomContent(random);
      const where = {
        origin: random.chance(0.75) ? pick() : undefined,
        right: random.chance(0.75) ? pick() : undefined,
        parent: random.pick(['text', 'array', 'map']),
      };
      parts.push(item(where, content));
      for (let i = 0; i < length; i++) {
        ids.splice(random.below(ids.length + 1), 0, [client, clock + i]);
      }
      clock += length;
    }
    return [client, start, parts];
  });
  return forge(structs, deleteOne(ids, random));
}

/** Ids of the items in one list of the document, deleted ones too, in their order. */
function idsOfList(doc: Y.Doc, random: Random): Id[] {
  const lists = [...ordersOf(doc)].filter(([name]) => !name.includes('/'));
  if (lists.length === 0) return [];
  return random.pick(lists)[1].map((id): Id => {
    const [client, clock] = id.split(':').map(Number);
    return [client!, clock!]; // as `ordersOf` writes them
  });
}

/** Picks ids anywhere in a list, or near one of its items. */
function picker(ids: readonly Id[], random: Random): () => Id | undefined {
  if (ids.length === 0) return () => undefined;
  if (random.chance(0.5)) return () => random.pick(ids);
  const near = random.below(ids.length);
  return () => ids[Math.min(ids.length - 1, Math.max(0, near + random.below(5) - 2))];
}

function deleteOne(ids: readonly Id[], random: Random): Deletes[] {
  if (!random.chance(0.3) || ids.length === 0) return [];
  const [client, clock] = random.pick(ids);
  return [[client, [[clock, 1]]]];
}

function randomContent(random: Random): [length: number, content: Content] {
  switch (random.below(7)) {
    case 0:
      return [1, format('bold', random.pick(['true', 'null']))];
    case 1:
      return [1, embed('{"a":1}')];
    case 2: {
      const shared = random.below(7);
      return [1, type(shared, shared === 3 || shared === 5 ? 'paragraph' : undefined)];
    }
    case 3:
      return [2, deleted(2)];
    case 4:
      return [2, any([1, 'x'])];
    default: {
      const value = random.pick(['x', 'xy', 'xyz']);
      return [value.length, text(value)];
    }
  }
}
