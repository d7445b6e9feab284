/** Bytes from this length on are moved to the other thread. Copying less is as fast. */
const minTransferred = 64 * 1024;

/** The buffers to move with a message. Its sender must not use them afterwards. */
export function transferableBytes(message: object): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const bytes of bytesIn(message)) {
    const { buffer, byteLength } = bytes;
    const isWhole = buffer.byteLength === byteLength;
    if (isWhole && byteLength >= minTransferred) buffers.add(buffer as ArrayBuffer);
  }
  return [...buffers];
}

/** The length of all bytes in a message. */
export function byteLengthOf(message: object): number {
  let sum = 0;
  for (const { byteLength } of bytesIn(message)) sum += byteLength;
  return sum;
}

/** Looks as deep as jobs and their results have bytes. */
function* bytesIn(value: object): Generator<Uint8Array> {
  for (const part of Object.values(value)) {
    if (part instanceof Uint8Array) yield part;
    else if (Array.isArray(part)) {
      for (const one of part) if (one instanceof Uint8Array) yield one;
    } else if (typeof part === 'object' && part !== null) yield* bytesIn(part);
  }
}
