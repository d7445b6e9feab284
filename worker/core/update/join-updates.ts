import { createEncoder, toUint8Array, writeUint8Array, writeVarUint } from 'lib0/encoding';
import { emptyUpdate } from '../../../protocol/messages.ts';
import { ClockRanges } from './clock-ranges.ts';
import { inYjsOrder, writeDeleteSet } from './delete-set.ts';
import { diffUpdate } from './diff-update.ts';
import { walkedWork } from '../work/estimates.ts';
import { UpdateReader } from './update-reader.ts';

/** The structs of one client in one update, as encoded. */
interface Section {
  readonly client: number;
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly bytes: Uint8Array;
}

/** The structs of one client in all updates. */
interface ClientStructs {
  readonly from: number;
  to: number;
  count: number;
  readonly pieces: Uint8Array[];
}

/**
 * Joins the updates of a log, in their order, into one with the same contents. Takes linear time and
 * creates no structs, because an update of a log continues where the earlier ones end;
 * `Y.mergeUpdates` takes quadratic time over a long log. Throws when an update has a gap.
 */
export function joinUpdates(updates: readonly Uint8Array[]): Uint8Array {
  const [first = emptyUpdate] = updates;
  if (updates.length <= 1) return first;
  const clients = new Map<number, ClientStructs>();
  const deletes = new Map<number, ClockRanges>();
  const clockOf = (client: number) => clients.get(client)?.to ?? 0;
  for (const update of updates) {
    const reader = new UpdateReader(update);
    const sections = readSections(reader);
    addDeletes(deletes, reader);
    const isRepeated = sections.some(({ client, from }) => from < clockOf(client));
    const added = isRepeated
      ? readSections(new UpdateReader(diffUpdate(update, { clockOf })))
      : sections;
    for (const section of added) addSection(clients, section);
  }
  const encoder = createEncoder();
  writeVarUint(encoder, clients.size);
  for (const [client, { from, count, pieces }] of inYjsOrder(clients)) {
    for (const number of [count, client, from]) writeVarUint(encoder, number);
    for (const piece of pieces) writeUint8Array(encoder, piece);
  }
  writeDeleteSet(encoder, deletes);
  return toUint8Array(encoder);
}

/** Units for joining these updates. */
export function joinWork(updates: readonly Uint8Array[]): number {
  return updates.length > 1 ? walkedWork(updates.reduce((sum, { length }) => sum + length, 0)) : 0;
}

/** Reads up to the delete set. */
function readSections(reader: UpdateReader): Section[] {
  const sections: Section[] = [];
  while (reader.nextClient()) {
    const { client, clock: from, structsLeft: count, position } = reader;
    while (reader.nextStruct());
    const bytes = reader.bytes.subarray(position, reader.position);
    sections.push({ client, from, to: reader.clock, count, bytes });
  }
  return sections;
}

function addSection(clients: Map<number, ClientStructs>, section: Section): void {
  const { client, from, to, count, bytes } = section;
  const known = clients.get(client);
  if (from !== (known?.to ?? 0)) {
    throw new Error(`Cannot join updates: client ${client} has a gap before clock ${from}`);
  }
  if (!known) {
    clients.set(client, { from, to, count, pieces: [bytes] });
    return;
  }
  known.to = to;
  known.count += count;
  known.pieces.push(bytes);
}

function addDeletes(deletes: Map<number, ClockRanges>, reader: UpdateReader): void {
  for (const [client, ranges] of reader.deleteSet()) {
    let known = deletes.get(client);
    if (!known) deletes.set(client, known = new ClockRanges());
    for (const { clock, length } of ranges) known.add(clock, clock + length);
  }
}
