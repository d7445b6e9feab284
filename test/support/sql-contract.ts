import type { SqlDatabase } from '../../worker/core/sql.ts';

/**
 * The contract of {@link SqlDatabase}, as checks by name. Each check gets an empty database and throws when
 * it fails. A plain table, because the functions of a test runner are not available in a Durable Object.
 */
export const sqlContract: Readonly<Record<string, (sql: SqlDatabase) => void>> = {
  'returns text, numbers, null and blobs unchanged'(sql) {
    sql.query('CREATE TABLE t (a TEXT, b INTEGER, c TEXT, d BLOB)');
    const blob = new Uint8Array([0, 1, 255]);
    sql.query('INSERT INTO t VALUES (?, ?, ?, ?)', 'é🌍', 2 ** 40, null, blob);
    const [row] = sql.query('SELECT * FROM t');
    equal(row?.a, 'é🌍');
    equal(row?.b, 2 ** 40);
    equal(row?.c, null);
    if (!(row?.d instanceof Uint8Array)) throw new Error('A blob is not a Uint8Array');
    equal([...row.d].join(), '0,1,255');
  },
  'stores only the view of a larger buffer'(sql) {
    sql.query('CREATE TABLE t (d BLOB)');
    sql.query('INSERT INTO t VALUES (?)', new Uint8Array([9, 9, 1, 2, 9]).subarray(2, 4));
    equal([...(sql.query('SELECT d FROM t')[0]?.d as Uint8Array)].join(), '1,2');
  },
  'returns an empty blob as a blob'(sql) {
    sql.query('CREATE TABLE t (d BLOB)');
    sql.query('INSERT INTO t VALUES (?)', new Uint8Array());
    equal((sql.query('SELECT d FROM t')[0]?.d as Uint8Array).length, 0);
  },
  'rolls back a transaction when its work throws, and rethrows'(sql) {
    sql.query('CREATE TABLE t (n INTEGER)');
    let thrown = '';
    try {
      sql.transaction(() => {
        sql.query('INSERT INTO t VALUES (1)');
        throw new Error('stop');
      });
    } catch (error) {
      thrown = (error as Error).message;
    }
    equal(thrown, 'stop');
    equal(sql.query('SELECT * FROM t').length, 0);
  },
  'returns the result of the work and commits its writes'(sql) {
    sql.query('CREATE TABLE t (n INTEGER)');
    equal(sql.transaction(() => sql.query('INSERT INTO t VALUES (1)').length), 0);
    equal(sql.query('SELECT * FROM t').length, 1);
  },
  'rolls back only an inner transaction'(sql) {
    sql.query('CREATE TABLE t (n INTEGER)');
    sql.transaction(() => {
      sql.query('INSERT INTO t VALUES (1)');
      try {
        sql.transaction(() => {
          sql.query('INSERT INTO t VALUES (2)');
          throw new Error('inner');
        });
      } catch (error) {
        equal((error as Error).message, 'inner');
      }
    });
    equal(sql.query('SELECT n FROM t').map(({ n }) => n).join(), '1');
  },
  'throws for an invalid statement and for a duplicate key'(sql) {
    throws(() => sql.query('SELECT * FROM nowhere'));
    sql.query('CREATE TABLE t (n INTEGER PRIMARY KEY)');
    sql.query('INSERT INTO t VALUES (1)');
    throws(() => sql.query('INSERT INTO t VALUES (1)'));
  },
};

function equal(actual: unknown, expected: unknown): void {
  if (!Object.is(actual, expected)) {
    throw new Error(`Expected ${String(expected)}, got ${String(actual)}`);
  }
}

function throws(work: () => unknown): void {
  try {
    work();
  } catch {
    return;
  }
  throw new Error('Expected an error');
}
