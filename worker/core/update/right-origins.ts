import {
  createEncoder,
  type Encoder,
  toUint8Array,
  writeUint8,
  writeUint8Array,
  writeVarUint,
} from 'lib0/encoding';
import { noClient, UpdateReader } from './update-reader.ts';

/** The id of an item; `noClient` for none. */
interface RightOrigin {
  readonly client: number;
  readonly clock: number;
}

/** Other right origins for some items of an update. A hostile update may need hundreds of thousands. */
export class RightOrigins {
  /** By client: clock of the item, client and clock of its right origin; in order of the items' clocks. */
  readonly #byClient = new Map<number, number[]>();

  /** Add the items of each client in order. Only an item with a left origin may have no right one. */
  add(item: { readonly client: number; readonly clock: number }, origin: RightOrigin | null): void {
    let entries = this.#byClient.get(item.client);
    if (entries === undefined) this.#byClient.set(item.client, entries = []);
    entries.push(item.clock, origin?.client ?? noClient, origin?.clock ?? 0);
  }

  /** The update with these right origins. The rest of its bytes remains. */
  replaceIn(update: Uint8Array): Uint8Array {
    if (this.#byClient.size === 0) return update;
    const reader = new ReplacingReader(update);
    const encoder = createEncoder();
    let copied = 0;
    while (reader.nextClient()) {
      const entries = this.#byClient.get(reader.client) ?? [];
      let next = 0;
      for (let start = reader.position; reader.nextStruct(); start = reader.position) {
        if (next === entries.length || reader.clock !== entries[next]) continue;
        writeUint8Array(encoder, update.subarray(copied, start));
        reader.writeOrigins(encoder, start, {
          client: entries[next + 1]!, // entries have three numbers
          clock: entries[next + 2]!,
        });
        copied = reader.contentPosition;
        next += 3;
      }
    }
    writeUint8Array(encoder, update.subarray(copied));
    return toUint8Array(encoder);
  }
}

class ReplacingReader extends UpdateReader {
  /** Writes the current item, which starts at `start`, up to its content. */
  writeOrigins(encoder: Encoder, start: number, right: RightOrigin): void {
    const info = this.bytes[start]! & ~hasRightOrigin; // the reader has read it
    writeUint8(encoder, right.client === noClient ? info : info | hasRightOrigin);
    if (this.originClient !== noClient) {
      writeVarUint(encoder, this.originClient);
      writeVarUint(encoder, this.originClock);
    }
    if (right.client !== noClient) {
      writeVarUint(encoder, right.client);
      writeVarUint(encoder, right.clock);
    }
  }
}

const hasRightOrigin = 0x40;
