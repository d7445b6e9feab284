/** One change of the disk, or a mark of the test. */
export interface JournalRecord {
  /**
   * As faulty-disk.c writes them: create, write, truncate, sync, failed sync, rename, unlink, mkdir. `a`: a
   * mark.
   */
  readonly type: 'c' | 'w' | 't' | 's' | 'f' | 'r' | 'u' | 'm' | 'a';
  /** Of a mark: its JSON. */
  readonly path: string;
  readonly offset: number;
  /** What was written; for a rename, the new path. */
  readonly data: Uint8Array;
}

const headerBytes = 17;

/** Reads a journal: type, path length, data length, offset, path, data; integers little-endian. */
export function readJournal(bytes: Uint8Array): JournalRecord[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const decoder = new TextDecoder();
  const records: JournalRecord[] = [];
  for (let at = 0; at < bytes.length;) {
    const [pathLength, dataLength] = [view.getUint32(at + 1, true), view.getUint32(at + 5, true)];
    const pathAt = at + headerBytes;
    const dataAt = pathAt + pathLength;
    records.push({
      type: String.fromCharCode(view.getUint8(at)) as JournalRecord['type'],
      path: decoder.decode(bytes.subarray(pathAt, dataAt)),
      offset: Number(view.getBigUint64(at + 9, true)),
      data: bytes.subarray(dataAt, dataAt + dataLength),
    });
    at = dataAt + dataLength;
  }
  return records;
}

/**
 * Appends a mark to the journal of a running process. Everything that the process has done before the
 * test saw its answer is in front of the mark.
 */
export function appendMark(journal: string, mark: unknown): void {
  const text = new TextEncoder().encode(JSON.stringify(mark));
  const bytes = new Uint8Array(headerBytes + text.length);
  bytes[0] = 'a'.charCodeAt(0);
  new DataView(bytes.buffer).setUint32(1, text.length, true);
  bytes.set(text, headerBytes);
  Deno.writeFileSync(journal, bytes, { append: true });
}
