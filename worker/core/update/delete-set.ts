import { type Encoder, writeVarUint } from 'lib0/encoding';
import { CloseCode } from '../../../protocol/close-codes.ts';
import { limits } from '../../../protocol/limits.ts';
import { ProtocolError } from '../../../protocol/protocol-error.ts';
import type { ByteReader } from './byte-reader.ts';
import {
  type ClockRange,
  type ClockRanges,
  noRanges,
  type RangesByClient,
} from './clock-ranges.ts';

/**
 * Reads a delete set as Yjs writes it after the structs of an update and in a snapshot. Clients come
 * in any order, none twice and none without ranges. The ranges of a client ascend and are disjoint,
 * but may be adjacent: Yjs sorts and merges its own ranges, and takes quadratic time for others.
 *
 * Throws a SyntaxError for other bytes, and a ProtocolError for more than `maxRanges`.
 */
export function readDeleteSet(reader: ByteReader, maxRanges = Infinity): RangesByClient {
  let clients = reader.count(4);
  if (clients === 0) return noRanges;
  const deletes = new Map<number, ClockRange[]>();
  let rangesLeft = maxRanges;
  for (; clients > 0; clients--) {
    const client = reader.varUint();
    if (deletes.has(client)) throw new SyntaxError('Cannot read delete set: duplicate client');
    const count = reader.count(2);
    if (count === 0) throw new SyntaxError('Cannot read delete set: a client has no ranges');
    rangesLeft -= count;
    if (rangesLeft < 0) {
      throw new ProtocolError(CloseCode.tooBig, 'Too many delete ranges in one update');
    }
    deletes.set(client, readRanges(reader, count));
  }
  return deletes;
}

function readRanges(reader: ByteReader, count: number): ClockRange[] {
  const ranges: ClockRange[] = [];
  let end = 0;
  for (let left = count; left > 0; left--) {
    const clock = reader.varUint();
    if (clock < end) throw new SyntaxError('Cannot read delete set: ranges are not in order');
    const length = reader.varUint();
    if (length === 0) throw new SyntaxError('Cannot read delete set: a range is empty');
    end = clock + length;
    if (end > limits.clock) throw new SyntaxError('Cannot read delete set: a clock is too large');
    ranges.push({ clock, length });
  }
  return ranges;
}

/** Writes the bytes that Yjs writes for the same ranges. */
export function writeDeleteSet(
  encoder: Encoder,
  deletes: ReadonlyMap<number, ClockRanges>,
): void {
  writeVarUint(encoder, deletes.size);
  for (const [client, ranges] of inYjsOrder(deletes)) {
    writeVarUint(encoder, client);
    writeVarUint(encoder, ranges.size);
    for (const { clock, length } of ranges) {
      writeVarUint(encoder, clock);
      writeVarUint(encoder, length);
    }
  }
}

/** Sorts by client id, highest first: the order in which Yjs writes clients everywhere. */
export function inYjsOrder<T>(byClient: ReadonlyMap<number, T>): [client: number, value: T][] {
  return [...byClient].sort(([a], [b]) => b - a);
}
