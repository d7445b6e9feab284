import { Kind, type UpdateReader } from './update-reader.ts';

interface DocumentSize {
  readonly items: number;
  readonly types: number;
  readonly clients: number;
  /** Arrays and objects in plain values. */
  readonly containers: number;
}

/** Bytes that an item, a shared type and a client take in a `Y.Doc`, measured in Node. */
const memoryPerItem = 200;
const memoryPerType = 500;
const memoryPerClient = 250;
/** Bytes that an array or object takes in a plain value. */
const memoryPerContainer = 64;

/** Bytes that a `Y.Doc` takes besides its text. */
export function estimateMemory({ items, types, clients, containers }: DocumentSize): number {
  return items * memoryPerItem + types * memoryPerType + clients * memoryPerClient +
    containers * memoryPerContainer;
}

/** Count of the arrays and objects in the plain values of an item. */
export function containersIn(struct: UpdateReader): number {
  if (struct.kind === Kind.any) return struct.containers;
  if (!jsonKinds.includes(struct.kind)) return 0;
  let count = 0;
  for (let at = struct.contentPosition; at < struct.position; at++) {
    const byte = struct.bytes[at];
    if (byte === openBracket || byte === openBrace) count++;
  }
  return count;
}

const jsonKinds: readonly number[] = [Kind.json, Kind.embed, Kind.format];
const openBracket = 0x5b;
const openBrace = 0x7b;
