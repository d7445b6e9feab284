import type { SqlDatabase } from '../sql.ts';

/**
 * The tables, step by step. A step that has been released is never changed; a new one is added.
 * There are no secondary indexes: on Cloudflare each would cost one more written row per keystroke.
 */
const steps: readonly (readonly string[])[] = [
  [
    // One row. `compacted` is the version the snapshot stands for.
    `CREATE TABLE document (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      epoch TEXT NOT NULL,
      created INTEGER NOT NULL,
      compacted INTEGER NOT NULL
    )`,
    // The log. One update is one row, or several parts under one version.
    `CREATE TABLE updates (
      version INTEGER NOT NULL,
      part INTEGER NOT NULL,
      data BLOB NOT NULL,
      PRIMARY KEY (version, part)
    ) WITHOUT ROWID`,
    // What compaction made of the log. kind 'state': an update; kind 'known': a Yjs snapshot.
    `CREATE TABLE snapshot (
      kind TEXT NOT NULL,
      part INTEGER NOT NULL,
      data BLOB NOT NULL,
      PRIMARY KEY (kind, part)
    ) WITHOUT ROWID`,
    // Who stands behind each client id; one row when the id first writes.
    `CREATE TABLE clients (
      client INTEGER PRIMARY KEY,
      version INTEGER NOT NULL,
      author TEXT
    )`,
  ],
  [
    // The newest schema anybody has written with.
    'ALTER TABLE document ADD COLUMN schema INTEGER NOT NULL DEFAULT 0',
  ],
  [
    // Who comes with one of these may do what its role allows. Secrets are nowhere.
    `CREATE TABLE keys (
      id TEXT PRIMARY KEY,
      hash TEXT NOT NULL,
      role TEXT NOT NULL,
      label TEXT NOT NULL,
      created INTEGER NOT NULL,
      expires INTEGER,
      used INTEGER
    ) WITHOUT ROWID`,
    // Tokens that are taken no more: 'jti …' or 'sub …', until they would have expired anyway.
    'CREATE TABLE revoked (name TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID',
    'ALTER TABLE document ADD COLUMN issued_after INTEGER NOT NULL DEFAULT 0',
    // All that is left of documents that were deleted here, so that no copy of theirs comes back.
    'CREATE TABLE deleted (epoch TEXT PRIMARY KEY) WITHOUT ROWID',
  ],
  [
    // The sites that may show the document in a frame.
    'CREATE TABLE frames (origin TEXT PRIMARY KEY) WITHOUT ROWID',
  ],
];

/** Whether this database holds a document at all. Writes nothing. */
export function hasTables(sql: SqlDatabase): boolean {
  return sql.query(`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migrations'`)
    .length > 0;
}

function stepsDone(sql: SqlDatabase): number {
  return sql.query('SELECT COUNT(*) AS count FROM migrations')[0]?.count as number;
}

/** Brings the tables to the newest step. Does nothing where they are there already. */
export function migrate(sql: SqlDatabase): void {
  if (hasTables(sql) && stepsDone(sql) === steps.length) return;
  sql.transaction(() => {
    sql.query('CREATE TABLE IF NOT EXISTS migrations (step INTEGER PRIMARY KEY)');
    const done = stepsDone(sql);
    for (const [index, statements] of steps.entries()) {
      if (index < done) continue;
      for (const statement of statements) sql.query(statement);
      sql.query('INSERT INTO migrations (step) VALUES (?)', index + 1);
    }
  });
}
