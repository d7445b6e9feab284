import assert from 'node:assert/strict';
import { FileInUseError, FileSql } from '../../worker/deno/sql.ts';
import { sqlContract } from '../support/sql-contract.ts';
import { tempFolder } from './temp-folder.ts';

for (const [name, check] of Object.entries(sqlContract)) {
  Deno.test(`a file of SQLite ${name}`, () => {
    using folder = tempFolder();
    const sql = new FileSql(`${folder.path}/a.sqlite`);
    check(sql);
    sql.close();
  });
}

Deno.test('reading creates no file, the first write does', () => {
  using folder = tempFolder();
  const sql = new FileSql(`${folder.path}/a.sqlite`);
  assert.deepEqual(sql.query(`SELECT 1 FROM sqlite_master WHERE type = 'table'`), []);
  assert.throws(() => sql.query('SELECT * FROM nowhere'));
  assert.deepEqual(folder.files(), []);
  sql.transaction(() => sql.query('CREATE TABLE t (n INTEGER)'));
  assert.ok(folder.files().includes('a.sqlite'));
  assert.equal(sql.query('SELECT * FROM t').length, 0);
  sql.close();
});

Deno.test('a closed database keeps what was written, a replaced one does not', () => {
  using folder = tempFolder();
  const sql = new FileSql(`${folder.path}/a.sqlite`);
  sql.query('CREATE TABLE t (n INTEGER)');
  sql.query('INSERT INTO t VALUES (7)');
  sql.close();
  assert.deepEqual(folder.files(), ['a.sqlite']);
  assert.equal(sql.query('SELECT n FROM t')[0]?.n, 7);
  sql.replace(() => sql.query('CREATE TABLE other (n INTEGER)'));
  assert.deepEqual(folder.files(), ['a.sqlite']);
  assert.deepEqual(sql.query('SELECT name FROM sqlite_master').map(({ name }) => name), ['other']);
  assert.ok(Deno.statSync(`${folder.path}/a.sqlite`).size < 4096);
  sql.close();
});

Deno.test('[S3] a file is not replaced while its log cannot be merged', () => {
  using folder = tempFolder();
  const sql = new FileSql(`${folder.path}/a.sqlite`);
  sql.query('CREATE TABLE t (n INTEGER)');
  sql.close();
  Deno.writeTextFileSync(`${folder.path}/a.sqlite-wal`, 'frames');
  assert.throws(() => sql.replace(() => assert.fail()), /its log cannot be merged/);
  assert.deepEqual(folder.files(), ['a.sqlite', 'a.sqlite-wal']);
});

Deno.test('[S3] a replacement that fails, at any write, leaves the old content', () => {
  using folder = tempFolder();
  const sql = new FileSql(`${folder.path}/a.sqlite`);
  sql.query('CREATE TABLE t (n INTEGER)');
  sql.query('INSERT INTO t VALUES (7)');
  assert.throws(() =>
    sql.replace(() => {
      sql.query('CREATE TABLE other (n INTEGER)');
      throw new Error('Power failure');
    }), /Power failure/);
  assert.equal(sql.query('SELECT n FROM t')[0]?.n, 7);
  sql.close();
  assert.deepEqual(folder.files(), ['a.sqlite']);
});

Deno.test('a commit is on disk: WAL, synchronous FULL, exclusive lock', () => {
  using folder = tempFolder();
  const sql = new FileSql(`${folder.path}/a.sqlite`);
  sql.query('CREATE TABLE t (n INTEGER)');
  assert.equal(sql.query('PRAGMA journal_mode')[0]?.journal_mode, 'wal');
  assert.equal(sql.query('PRAGMA synchronous')[0]?.synchronous, 2);
  assert.equal(sql.query('PRAGMA locking_mode')[0]?.locking_mode, 'exclusive');
  const second = new FileSql(`${folder.path}/a.sqlite`);
  assert.throws(() => second.query('SELECT * FROM t'), (error) => {
    assert.ok(error instanceof FileInUseError);
    assert.match(error.message, /another process uses it/);
    return true;
  });
  sql.close();
  assert.equal(second.query('SELECT * FROM t').length, 0);
  second.close();
});
