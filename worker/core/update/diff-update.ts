import {
  createEncoder,
  type Encoder,
  length,
  toUint8Array,
  writeUint8,
  writeUint8Array,
  writeVarUint,
} from 'lib0/encoding';
import type { LogState } from './log-state.ts';
import { Kind, noClient, UpdateReader } from './update-reader.ts';

/**
 * The part of an update that is not in `state`, with all its deletions. Clients are in descending
 * order, as Yjs writes them: `Y.mergeUpdates` loses structs of an update with another order.
 *
 * Like `Y.diffUpdate`, but creates no structs, and a hostile update cannot make it take superlinear time
 * or memory. The update must be well-formed and without gaps.
 */
export function diffUpdate(
  update: Uint8Array,
  state: Pick<LogState, 'clockOf'>,
): Uint8Array {
  const reader = new DiffReader(update);
  const encoder = createEncoder();
  const blocks: { readonly client: number; readonly start: number; readonly end: number }[] = [];
  while (reader.nextClient()) {
    const start = length(encoder);
    if (!reader.writeStructsFrom(encoder, state.clockOf(reader.client))) continue;
    blocks.push({ client: reader.client, start, end: length(encoder) });
  }
  const structs = toUint8Array(encoder);
  blocks.sort((a, b) => b.client - a.client);
  const difference = createEncoder();
  writeVarUint(difference, blocks.length);
  for (const { start, end } of blocks) writeUint8Array(difference, structs.subarray(start, end));
  writeUint8Array(difference, update.subarray(reader.position));
  return toUint8Array(difference);
}

class DiffReader extends UpdateReader {
  /** Writes the structs of the current client from a clock on. Returns false when there are none. */
  writeStructsFrom(encoder: Encoder, from: number): boolean {
    let { structsLeft, position } = this;
    while (this.nextStruct() && this.clock + this.length <= from) {
      ({ structsLeft, position } = this);
    }
    if (structsLeft === 0) return false;
    writeVarUint(encoder, structsLeft);
    writeVarUint(encoder, this.client);
    writeVarUint(encoder, Math.max(this.clock, from));
    if (this.clock < from) {
      this.#writeRest(encoder, from - this.clock);
      position = this.position;
    }
    while (this.nextStruct());
    writeUint8Array(encoder, this.bytes.subarray(position, this.position));
    return true;
  }

  /** Writes the current struct without its first `offset` clocks. Its origin is the last of these. */
  #writeRest(encoder: Encoder, offset: number): void {
    if (this.kind === Kind.gc) {
      writeUint8(encoder, Kind.gc);
      writeVarUint(encoder, this.length - offset);
      return;
    }
    const hasRightOrigin = this.rightOriginClient !== noClient;
    writeUint8(encoder, this.kind | 0x80 | (hasRightOrigin ? 0x40 : 0));
    writeVarUint(encoder, this.client);
    writeVarUint(encoder, this.clock + offset - 1);
    if (hasRightOrigin) {
      writeVarUint(encoder, this.rightOriginClient);
      writeVarUint(encoder, this.rightOriginClock);
    }
    const end = this.position;
    this.position = this.contentPosition;
    if (this.kind === Kind.string) this.#writeStringFrom(encoder, offset);
    else this.#writeValuesFrom(encoder, offset, end);
    this.position = end;
  }

  #writeValuesFrom(encoder: Encoder, offset: number, end: number): void {
    writeVarUint(encoder, this.varUint() - offset);
    if (this.kind === Kind.deleted) return;
    for (let left = offset; left > 0; left--) {
      if (this.kind === Kind.any) this.any(0);
      else this.legacyJson();
    }
    writeUint8Array(encoder, this.bytes.subarray(this.position, end));
  }

  /** `offset` counts UTF-16 code units. */
  #writeStringFrom(encoder: Encoder, offset: number): void {
    this.string();
    let at = this.stringStart;
    let units = 0;
    while (units < offset) {
      const lead = this.bytes[at]!; // the string is longer than `offset`
      at += lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
      units += lead < 0xf0 ? 1 : 2;
    }
    // As in Yjs, each half of a surrogate pair that is cut becomes U+FFFD.
    const replacement = units > offset ? [0xef, 0xbf, 0xbd] : [];
    writeVarUint(encoder, replacement.length + this.position - at);
    writeUint8Array(encoder, Uint8Array.from(replacement));
    writeUint8Array(encoder, this.bytes.subarray(at, this.position));
  }
}
