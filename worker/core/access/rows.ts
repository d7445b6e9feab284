import { hasTables, migrate } from '../log/migrations.ts';
import type { SqlDatabase, SqlRow } from '../sql.ts';

/** Reads rows of a document's tables; none, and without writing anything, before a document exists. */
export function readRows(sql: SqlDatabase, query: string): SqlRow[] {
  if (!hasTables(sql)) return [];
  migrate(sql);
  return sql.query(query);
}
