/** Splits bytes into one or more parts of at most `size` bytes, without copying. */
export function splitBytes(bytes: Uint8Array, size: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let start = 0;
  do {
    parts.push(bytes.subarray(start, start + size));
    start += size;
  } while (start < bytes.length);
  return parts;
}

/** Concatenates parts. A single part is returned as it is, not copied. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1 && parts[0]) return parts[0];
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let start = 0;
  for (const part of parts) {
    joined.set(part, start);
    start += part.length;
  }
  return joined;
}
