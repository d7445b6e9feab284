import {
  createEncoder,
  type Encoder,
  toUint8Array,
  writeUint8,
  writeUint8Array,
  writeVarUint,
} from 'lib0/encoding';
import type { LogState } from './log-state.ts';
import { Kind, noClient, UpdateReader } from './update-reader.ts';

/**
 * What of an update is not known: `Y.diffUpdate`, but in time and memory that a hostile update does
 * not set. All deletions stay. For updates that were found well formed and without a gap.
 */
export function diffUpdate(update: Uint8Array, known: LogState): Uint8Array {
  const reader = new DifferenceReader(update);
  const blocks = createEncoder();
  let clients = 0;
  while (reader.nextClient()) {
    if (reader.writeNew(blocks, known.clockOf(reader.client))) clients++;
  }
  const encoder = createEncoder();
  writeVarUint(encoder, clients);
  writeUint8Array(encoder, toUint8Array(blocks));
  writeUint8Array(encoder, update.subarray(reader.position));
  return toUint8Array(encoder);
}

class DifferenceReader extends UpdateReader {
  /** Reads the present client to its end, and writes what begins at this clock; false if nothing. */
  writeNew(encoder: Encoder, from: number): boolean {
    let { structsLeft, position } = this;
    while (this.nextStruct() && this.clock + this.length <= from) {
      ({ structsLeft, position } = this);
    }
    if (structsLeft === 0) return false;
    writeVarUint(encoder, structsLeft);
    writeVarUint(encoder, this.client);
    writeVarUint(encoder, Math.max(this.clock, from));
    if (this.clock < from) {
      this.#writeEnd(encoder, from - this.clock);
      position = this.position;
    }
    while (this.nextStruct());
    writeUint8Array(encoder, this.bytes.subarray(position, this.position));
    return true;
  }

  /** The present struct without its first clocks: an item then continues the one they are in. */
  #writeEnd(encoder: Encoder, offset: number): void {
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
    if (this.kind === Kind.string) this.#writeTextFrom(encoder, offset);
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

  #writeTextFrom(encoder: Encoder, offset: number): void {
    this.text();
    let at = this.textStart;
    let units = 0; // of UTF-16
    while (units < offset) {
      const lead = this.bytes[at]!; // the text is longer than the offset
      at += lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
      units += lead < 0xf0 ? 1 : 2;
    }
    // Yjs, too, makes two U+FFFD of a pair of surrogates that is cut in two.
    const cut = units > offset ? [0xef, 0xbf, 0xbd] : [];
    writeVarUint(encoder, cut.length + this.position - at);
    writeUint8Array(encoder, Uint8Array.from(cut));
    writeUint8Array(encoder, this.bytes.subarray(at, this.position));
  }
}
