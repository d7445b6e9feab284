import type * as Y from 'yjs';
import { digestOf } from '../../../protocol/digest.ts';
import type { Forks } from './repeated-structs.ts';

/** By client id, the clock from which on its structs move, and the client id that they move to. */
export type Moves = ReadonlyMap<number, { readonly clock: number; readonly target: number }>;

type Store = Y.Doc['store'];

/** The distance of a new client id from the old one is at most this. */
const maxDistance = 64;

/**
 * Client ids under which structs keep their place, or null if another id is directly below an old one.
 *
 * Yjs orders concurrent items by client id, and the order must not change. So a new id is the next one
 * below the old id. Above it would be wrong: of two items of one client, the later one is placed as if
 * its client id were lower. Items of a correct client are never concurrent, but forged ones may be.
 *
 * A new id follows from the old one and the clock: tabs that share an offline copy, and peers, move the
 * same structs to the same id, so the text is there once.
 */
export function idsBelow({ clients }: Store, forks: Forks): Moves | null {
  const taken = new Set(clients.keys());
  const moves = new Map<number, { clock: number; target: number }>();
  for (const [client, clock] of forks) {
    let nearest = -1;
    for (const id of taken) if (id < client && id > nearest) nearest = id;
    const distance = 1 + hashOf(client, clock) % maxDistance;
    let target = client - distance;
    if (target <= nearest) target = Math.floor((nearest + client) / 2);
    if (target === nearest) return null;
    taken.add(target);
    moves.set(client, { clock, target });
  }
  return moves;
}

/** Client ids for structs that are inserted anew, anywhere; the same in each tab. */
export function newIds({ clients }: Store, forks: Forks): Moves {
  const taken = new Set(clients.keys());
  const moves = new Map<number, { clock: number; target: number }>();
  for (const [client, clock] of forks) {
    let target = hashOf(client, clock);
    while (taken.has(target)) target = hashOf(target, clock);
    taken.add(target);
    moves.set(client, { clock, target });
  }
  return moves;
}

/** 32 bits. */
function hashOf(client: number, clock: number): number {
  const bytes = new TextEncoder().encode(`${client} ${clock}`);
  return new DataView(digestOf(bytes).buffer).getUint32(4);
}
