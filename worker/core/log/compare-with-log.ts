import * as Y from 'yjs';
import { type DecodedUpdate, findForks } from '../../../protocol/compare-updates.ts';
import { diffUpdate } from '../update/diff-update.ts';
import { decodedWork, walkedWork } from '../work/estimates.ts';
import type { UpdateLog } from './update-log.ts';

type Structs = DecodedUpdate['structs'];

/** The result of a comparison, and the units that it took. */
interface Comparison {
  /** Whether update and log have different content under the same client id and clock. */
  readonly isForked: boolean;
  readonly work: number;
}

/**
 * Compares a validated update with what the log has under the same client ids and clocks. Reads the
 * tail, and the snapshot only when the tail does not reach back far enough.
 */
export function compareWithLog(update: Uint8Array, log: UpdateLog): Comparison {
  const received = Y.decodeUpdate(update);
  const repeated = new Map<number, number>();
  for (const { id: { client, clock } } of received.structs) {
    if (clock < log.state.clockOf(client) && !repeated.has(client)) repeated.set(client, clock);
  }
  const tail = log.tail();
  // Decoding creates an object for each struct. Cutting first leaves those to compare.
  const state = { clockOf: (client: number) => repeated.get(client) ?? Infinity };
  const cut = (stored: Uint8Array) => Y.decodeUpdate(diffUpdate(stored, state));
  const rows = tail.map(cut);
  const structs = withoutRepetitions(rows.flatMap((row) => row.structs), repeated);
  let bytesRead = tail.reduce((sum, { length }) => sum + length, 0);
  if (!reachesBack(structs, repeated)) {
    const snapshot = log.snapshot() ?? new Uint8Array([0, 0]);
    bytesRead += snapshot.length;
    const earlier = cut(snapshot);
    rows.unshift(earlier);
    structs.unshift(...earlier.structs);
  }
  const held = { structs, ds: Y.mergeDeleteSets(rows.map(({ ds }) => ds)) };
  const decoded = rows.reduce((sum, row) => sum + row.structs.length, received.structs.length);
  return {
    isForked: findForks(held, received).size > 0,
    work: walkedWork(bytesRead) + decodedWork(decoded),
  };
}

/** The structs of these clients, without those that an earlier stored update contains already. */
function withoutRepetitions(structs: Structs, clients: ReadonlyMap<number, number>): Structs {
  const ends = new Map<number, number>();
  return structs.filter(({ id: { client, clock }, length }) => {
    if (!clients.has(client) || clock + length <= (ends.get(client) ?? 0)) return false;
    ends.set(client, clock + length);
    return true;
  });
}

/** Whether there is a struct at or before each of these clocks. */
function reachesBack(structs: Structs, clocks: ReadonlyMap<number, number>): boolean {
  const reached = new Set<number>();
  for (const { id: { client, clock } } of structs) {
    if (clock <= clocks.get(client)!) reached.add(client); // only structs of these clients
  }
  return reached.size === clocks.size;
}
