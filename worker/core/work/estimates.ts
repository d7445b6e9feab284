import { workLimits } from '../../../protocol/limits.ts';

/** Units for reading stored bytes struct by struct. */
export function walkedWork(bytes: number): number {
  return bytes / workLimits.walkedBytes;
}

/** Units for decoding structs into objects, and comparing them. */
export function decodedWork(structs: number): number {
  return structs / workLimits.decodedStructs;
}

/** Units for sending bytes. */
export function sentWork(bytes: number): number {
  return bytes / workLimits.sentBytes;
}
