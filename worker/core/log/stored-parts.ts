/** Values that are stored in parts, because a row has limited bytes. */
import { joinBytes } from '../../../protocol/split-bytes.ts';
import type { SqlRow } from '../sql.ts';

/** Joins the parts of one value. Null without any. */
export function joinParts(rows: readonly SqlRow[]): Uint8Array | null {
  return rows.length > 0 ? joinBytes(rows.map(({ data }) => data as Uint8Array)) : null;
}

/** Joins the parts of each version. The rows are ordered by version and part. */
export function joinPartsByVersion(rows: readonly SqlRow[]): Map<number, Uint8Array> {
  const parts = new Map<number, Uint8Array[]>();
  for (const { version, data } of rows) {
    const earlier = parts.get(version as number);
    if (earlier) earlier.push(data as Uint8Array);
    else parts.set(version as number, [data as Uint8Array]);
  }
  return new Map([...parts].map(([version, data]) => [version, joinBytes(data)]));
}
