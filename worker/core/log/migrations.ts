import type { SqlDatabase } from '../sql.ts';

/**
 * The schema of the database, as migration steps. Add a step; never change one that was released.
 * There are no secondary indexes: on Cloudflare each would write one more row per keystroke.
 */
const steps: readonly (readonly string[])[] = [
  [
    // One row. `compacted` is the version of the snapshot.
    `CREATE TABLE document (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      epoch TEXT NOT NULL,
      created INTEGER NOT NULL,
      compacted INTEGER NOT NULL
    )`,
    // The tail of the log. An update is one row, or several parts with one version.
    `CREATE TABLE updates (
      version INTEGER NOT NULL,
      part INTEGER NOT NULL,
      data BLOB NOT NULL,
      PRIMARY KEY (version, part)
    ) WITHOUT ROWID`,
    // The compacted log. Kind 'state' is one update, 'known' its encoded LogState, 'items' its encoded
    // ItemIndex.
    `CREATE TABLE snapshot (
      kind TEXT NOT NULL,
      part INTEGER NOT NULL,
      data BLOB NOT NULL,
      PRIMARY KEY (kind, part)
    ) WITHOUT ROWID`,
    // The author of each Yjs client id. One row, when the id first writes.
    `CREATE TABLE clients (
      client INTEGER PRIMARY KEY,
      version INTEGER NOT NULL,
      author TEXT
    )`,
  ],
  [
    // The highest schema number an editor has written with.
    'ALTER TABLE document ADD COLUMN schema INTEGER NOT NULL DEFAULT 0',
  ],
  [
    // Access keys. Only hashes are stored, no secrets.
    `CREATE TABLE keys (
      id TEXT PRIMARY KEY,
      hash TEXT NOT NULL,
      role TEXT NOT NULL,
      label TEXT NOT NULL,
      created INTEGER NOT NULL,
      expires INTEGER,
      used INTEGER
    ) WITHOUT ROWID`,
    // Revoked tokens, as 'jti …' or 'sub …', until they would have expired anyway.
    'CREATE TABLE revoked (name TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID',
    // Tokens issued before this time are revoked.
    'ALTER TABLE document ADD COLUMN issued_after INTEGER NOT NULL DEFAULT 0',
    // Tombstones: the epochs of deleted documents, so that clients cannot restore them.
    'CREATE TABLE deleted (epoch TEXT PRIMARY KEY) WITHOUT ROWID',
  ],
  [
    // The origins that may embed the document.
    'CREATE TABLE frames (origin TEXT PRIMARY KEY) WITHOUT ROWID',
  ],
  [
    // The steps of loading the document, about. Null when they were never counted.
    'ALTER TABLE document ADD COLUMN steps INTEGER',
    // Jobs that were started and have not finished. `version` is that of the document.
    `CREATE TABLE unfinished (
      job TEXT PRIMARY KEY,
      version INTEGER NOT NULL,
      attempts INTEGER NOT NULL,
      retry_at INTEGER NOT NULL
    ) WITHOUT ROWID`,
  ],
  [
    // When an update was stored, in milliseconds. Null for those of older versions of the service.
    'ALTER TABLE updates ADD COLUMN at INTEGER',
    // When the newest update of the snapshot was stored, and the first of it that is in no version.
    'ALTER TABLE document ADD COLUMN compacted_at INTEGER',
    'ALTER TABLE document ADD COLUMN unversioned_at INTEGER',
    // The versions that are kept. Automatic ones of the tail are not stored: see find-versions.ts.
    `CREATE TABLE versions (
      version INTEGER PRIMARY KEY,
      at INTEGER NOT NULL,
      reason TEXT NOT NULL,
      name TEXT
    )`,
    // The contents of versions. Kind 'update' is an update over the link before it; 'state', of the
    // newest link only, its state vector and delete set.
    `CREATE TABLE links (
      version INTEGER NOT NULL,
      kind TEXT NOT NULL,
      part INTEGER NOT NULL,
      data BLOB NOT NULL,
      PRIMARY KEY (version, kind, part)
    ) WITHOUT ROWID`,
  ],
  [
    // Whether readers with this key may connect.
    'ALTER TABLE keys ADD COLUMN history INTEGER NOT NULL DEFAULT 0',
  ],
];

/** Whether the tables exist. Does not write. */
export function hasTables(sql: SqlDatabase): boolean {
  return sql.query(`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migrations'`)
    .length > 0;
}

function completedSteps(sql: SqlDatabase): number {
  return sql.query('SELECT COUNT(*) AS count FROM migrations')[0]?.count as number;
}

/** Runs the missing steps, in one transaction. */
export function migrate(sql: SqlDatabase): void {
  if (hasTables(sql) && completedSteps(sql) === steps.length) return;
  sql.transaction(() => {
    sql.query('CREATE TABLE IF NOT EXISTS migrations (step INTEGER PRIMARY KEY)');
    const completed = completedSteps(sql);
    for (const [index, statements] of steps.entries()) {
      if (index < completed) continue;
      for (const statement of statements) sql.query(statement);
      sql.query('INSERT INTO migrations (step) VALUES (?)', index + 1);
    }
  });
}
