/** Cuts bytes into parts of at most `size` bytes, without copying. At least one part. */
export function splitBlob(bytes: Uint8Array, size: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let start = 0;
  do {
    parts.push(bytes.subarray(start, start + size));
    start += size;
  } while (start < bytes.length);
  return parts;
}

/** Puts parts together again. One part is returned as it is. */
export function joinBlob(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1 && parts[0]) return parts[0];
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let start = 0;
  for (const part of parts) {
    joined.set(part, start);
    start += part.length;
  }
  return joined;
}
