import { CloseCode } from '../../../protocol/close-codes.ts';
import { limits } from '../../../protocol/limits.ts';
import type { ByteReader } from './byte-reader.ts';
import { ProtocolError } from '../../../protocol/protocol-error.ts';

export interface ClockRange {
  readonly clock: number;
  readonly length: number;
}

/**
 * Reads a delete set as Yjs writes it behind the structs of an update and in a snapshot: clients in
 * any order, none twice and none empty; the ranges of each ascending and apart, though they may
 * touch. Yjs sorts and joins its own; applying others costs it the square of their number.
 */
export function readDeleteSet(reader: ByteReader, most = Infinity): Map<number, ClockRange[]> {
  const deletes = new Map<number, ClockRange[]>();
  for (let clients = reader.count(4); clients > 0; clients--) {
    const client = reader.varUint();
    if (deletes.has(client)) throw new SyntaxError('Cannot read delete set: a client comes twice');
    const count = reader.count(2);
    if (count === 0) throw new SyntaxError('Cannot read delete set: a client has no ranges');
    most -= count;
    if (most < 0) throw new ProtocolError(CloseCode.tooBig, 'Too many delete ranges in one update');
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
    deletes.set(client, ranges);
  }
  return deletes;
}

/** Whether one of the ranges, ascending and apart, holds this one whole. */
export function hasRange(ranges: readonly ClockRange[], clock: number, length: number): boolean {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const range = ranges[middle]!; // in bounds
    if (range.clock + range.length >= clock + length) high = middle;
    else low = middle + 1;
  }
  const range = ranges[low];
  return range !== undefined && range.clock <= clock;
}
