import { toUint8Array, writeUint8Array, writeVarUint } from 'lib0/encoding';
import * as Y from 'yjs';
import { limits } from '../../../protocol/limits.ts';

type Struct = ReturnType<typeof Y.decodeUpdate>['structs'][number];
type DeleteRange = { readonly clock: number; readonly len: number };

/** A part stays well below what the service accepts as one update. */
const maxSteps = limits.updateSteps / 2;
const maxBytes = limits.messageBytes / 2;
/** Yjs moves so many structs of a client's array in one step (`limits.updateSteps`). */
const structsPerStep = 1024;

/**
 * Splits an update of a document into updates that the service accepts one after the other: each
 * depends only on earlier ones. Replacing all matches in a book, or returning with many changes made
 * offline, splits tens of thousands of items, and each split moves the structs behind it.
 */
export function splitUpdate({ store }: Y.Doc, update: Uint8Array): Uint8Array[] {
  const { structs, ds } = Y.decodeUpdate(update);
  // Structs wait for others that this document lacks.
  if (structs.some((struct) => struct instanceof Y.Skip)) return [update];
  const largest = Math.max(0, ...[...store.clients.values()].map(({ length }) => length));
  const stepsOfSplit = 1 + largest / structsPerStep;
  const starts = firstClocks(structs);
  const splits = structs.reduce((sum, struct) => sum + splitsOf(struct, starts), 0) +
    2 * [...ds.clients.values()].reduce((sum, ranges) => sum + ranges.length, 0);
  if (splits * stepsOfSplit <= maxSteps && update.length <= maxBytes) return [update];
  const parts = new PartWriter();
  for (const struct of inCausalOrder(structs, starts)) {
    parts.addStruct(struct, splitsOf(struct, starts) * stepsOfSplit);
  }
  for (const [client, ranges] of ds.clients) {
    for (const range of ranges) parts.addDeletion(client, range, 2 * stepsOfSplit);
  }
  return parts.finish();
}

function firstClocks(structs: readonly Struct[]): Map<number, number> {
  const starts = new Map<number, number>();
  for (const { id: { client, clock } } of structs) {
    if (!starts.has(client)) starts.set(client, clock);
  }
  return starts;
}

/** Yields structs after those that they name. */
function* inCausalOrder(
  structs: readonly Struct[],
  starts: ReadonlyMap<number, number>,
): Generator<Struct> {
  const byClient = new Map<number, Struct[]>();
  for (const struct of structs) {
    const queue = byClient.get(struct.id.client);
    if (queue) queue.push(struct);
    else byClient.set(struct.id.client, [struct]);
  }
  const queues = [...byClient.values()];
  const ends = new Map(starts);
  const isReady = (id: Y.ID | null) => !id || id.clock < (ends.get(id.client) ?? Infinity);
  const positions = queues.map(() => 0);
  for (let hasProgress = true; hasProgress;) {
    hasProgress = false;
    for (const [index, queue] of queues.entries()) {
      for (let next = queue[positions[index]!]; next; next = queue[positions[index]!]) {
        if (!namedBy(next).every(isReady)) break;
        positions[index]!++;
        ends.set(next.id.client, next.id.clock + next.length);
        hasProgress = true;
        yield next;
      }
    }
  }
}

function namedBy(struct: Struct): (Y.ID | null)[] {
  if (!(struct instanceof Y.Item)) return [];
  // In a decoded update, a parent is the name of a root or the id of a type.
  const parent: unknown = struct.parent;
  return [struct.origin, struct.rightOrigin, parent instanceof Y.ID ? parent : null];
}

/** How many stored items a struct may split. */
function splitsOf(struct: Struct, starts: ReadonlyMap<number, number>): number {
  if (!(struct instanceof Y.Item)) return 0;
  const { origin, rightOrigin } = struct;
  const isStored = (id: Y.ID | null) =>
    id !== null && id.clock < (starts.get(id.client) ?? Infinity);
  const isOneSplit = origin !== null && rightOrigin !== null &&
    origin.client === rightOrigin.client && origin.clock + 1 === rightOrigin.clock;
  return isOneSplit
    ? Number(isStored(origin))
    : Number(isStored(origin)) + Number(isStored(rightOrigin));
}

/** The structs of one client in a part. */
interface ClientStructs {
  readonly clock: number;
  count: number;
  readonly encoder: Y.UpdateEncoderV1;
}

/** Writes structs and deletions into as few parts as the limits allow. */
class PartWriter {
  readonly #finished: Uint8Array[] = [];
  #structs = new Map<number, ClientStructs>();
  #deletions = new Map<number, DeleteRange[]>();
  #steps = 0;
  #bytes = 0;

  addStruct(struct: Struct, steps: number): void {
    const { client, clock } = struct.id;
    const written = this.#structs.get(client) ??
      { clock, count: 0, encoder: new Y.UpdateEncoderV1() };
    this.#structs.set(client, written);
    const before = sizeOf(written.encoder);
    struct.write(written.encoder, 0);
    written.count++;
    this.#count(steps, sizeOf(written.encoder) - before);
  }

  addDeletion(client: number, range: DeleteRange, steps: number): void {
    const ranges = this.#deletions.get(client);
    if (ranges) ranges.push(range);
    else this.#deletions.set(client, [range]);
    this.#count(steps, 10);
  }

  finish(): Uint8Array[] {
    if (this.#structs.size + this.#deletions.size > 0) this.#endPart();
    return this.#finished;
  }

  #count(steps: number, bytes: number): void {
    this.#steps += steps;
    this.#bytes += bytes;
    if (this.#steps > maxSteps || this.#bytes > maxBytes) this.#endPart();
  }

  #endPart(): void {
    const part = new Y.UpdateEncoderV1();
    const { restEncoder } = part;
    writeVarUint(restEncoder, this.#structs.size);
    // Yjs writes the highest client first.
    for (
      const [client, { clock, count, encoder }] of [...this.#structs].sort(([a], [b]) => b - a)
    ) {
      for (const number of [count, client, clock]) writeVarUint(restEncoder, number);
      writeUint8Array(restEncoder, encoder.toUint8Array());
    }
    writeVarUint(restEncoder, this.#deletions.size);
    for (const [client, ranges] of [...this.#deletions].sort(([a], [b]) => b - a)) {
      writeVarUint(restEncoder, client);
      writeVarUint(restEncoder, ranges.length);
      for (const { clock, len } of ranges) {
        writeVarUint(restEncoder, clock);
        writeVarUint(restEncoder, len);
      }
    }
    this.#finished.push(toUint8Array(restEncoder));
    this.#structs = new Map();
    this.#deletions = new Map();
    this.#steps = this.#bytes = 0;
  }
}

function sizeOf({ restEncoder }: Y.UpdateEncoderV1): number {
  return restEncoder.bufs.reduce((sum, { length }) => sum + length, restEncoder.cpos);
}
