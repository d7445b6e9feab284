import { limits } from '../../../protocol/limits.ts';

const MiB = 1024 * 1024;

/**
 * Limits of a document file. They bound the memory of an import before its content is validated.
 * Beyond: the file is rejected. An export writes 1,000 rows or 1 MiB of content per record, and one
 * record per update of the tail.
 */
export const fileLimits = {
  /** The content at its limit, and everything beside it. */
  bytes: limits.documentBytesHard + 8 * MiB,
  recordBytes: 2 * MiB,
  /** Each takes some hundred bytes of memory. */
  records: 200_000,
  /** Values in one record: 1,000 rows of at most seven columns, and the fields of the record. */
  recordValues: 10_000,
  /** A value in a row in the array of rows in the record. */
  recordDepth: 3,
  /** Rows of all tables together. One per Yjs client id that has written, and few others. */
  rows: 300_000,
  /** Characters of a text in a row. */
  textLength: 4096,
} as const;
