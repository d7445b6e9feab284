import {
  createEncoder,
  type Encoder,
  toUint8Array,
  writeUint8,
  writeUint8Array,
  writeVarUint,
} from 'lib0/encoding';
import { noClient, UpdateReader } from './update-reader.ts';

/** Another right origin for an item of an update. */
export interface RightOrigin {
  /** The id of the item. */
  readonly client: number;
  readonly clock: number;
  /** The id of its new right origin. Null for none, which only an item with a left origin can have. */
  readonly origin: { readonly client: number; readonly clock: number } | null;
}

/** An update with other right origins for some of its items. The rest of its bytes remains. */
export function replaceRightOrigins(
  update: Uint8Array,
  replacements: readonly RightOrigin[],
): Uint8Array {
  const byClient = new Map<number, Map<number, RightOrigin>>();
  for (const replacement of replacements) {
    const { client, clock } = replacement;
    let byClock = byClient.get(client);
    if (byClock === undefined) byClient.set(client, byClock = new Map());
    byClock.set(clock, replacement);
  }
  const reader = new ReplacingReader(update);
  const encoder = createEncoder();
  let copied = 0;
  while (reader.nextClient()) {
    const byClock = byClient.get(reader.client);
    for (let start = reader.position; reader.nextStruct(); start = reader.position) {
      const replacement = byClock?.get(reader.clock);
      if (replacement === undefined) continue;
      writeUint8Array(encoder, update.subarray(copied, start));
      reader.writeOrigins(encoder, start, replacement);
      copied = reader.contentPosition;
    }
  }
  writeUint8Array(encoder, update.subarray(copied));
  return toUint8Array(encoder);
}

class ReplacingReader extends UpdateReader {
  /** Writes the current item, which starts at `start`, up to its content. */
  writeOrigins(encoder: Encoder, start: number, { origin }: RightOrigin): void {
    const info = this.bytes[start]! & ~hasRightOrigin; // the reader has read it
    writeUint8(encoder, origin === null ? info : info | hasRightOrigin);
    if (this.originClient !== noClient) {
      writeVarUint(encoder, this.originClient);
      writeVarUint(encoder, this.originClock);
    }
    if (origin !== null) {
      writeVarUint(encoder, origin.client);
      writeVarUint(encoder, origin.clock);
    }
  }
}

const hasRightOrigin = 0x40;
