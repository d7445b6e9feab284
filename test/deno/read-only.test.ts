import assert from 'node:assert/strict';
import { findDeno, serviceArguments } from '../../scripts/deno-command.mjs';
import { StorageError } from '../../worker/core/sql.ts';
import { startService } from '../../worker/deno/service.ts';
import { FileSql } from '../../worker/deno/sql.ts';
import { readSettings } from '../../worker/access/settings.ts';
import { canMount, memoryFolder, remount } from './temp-folder.ts';

// Permissions do not bind root, and only root may mount.
const ignore = !canMount();

Deno.test({
  name: '[P7] a read-only data folder ends the start with a sentence',
  ignore,
  async fn() {
    using folder = memoryFolder();
    const settings = readSettings({ EDGEPAD_OPEN: 'loopback' });
    const options = { host: '127.0.0.1', port: 0, proxies: [], web: 'none', settings };
    await (await startService({ ...options, data: folder.path })).stop();
    remount(folder, 'ro');
    const args = serviceArguments({ port: '0', data: folder.path, open: true });
    const { code, stderr } = await new Deno.Command(findDeno(), { args }).output();
    assert.equal(code, 1);
    const lines = new TextDecoder().decode(stderr).trim().split('\n');
    assert.match(
      lines.at(-1) ?? '',
      /^Cannot write in the data folder .*Read-only file system.*--data\.$/,
    );
  },
});

Deno.test({
  name: '[P7] a file on a disk that became read-only can be written when it is not any more',
  ignore,
  fn() {
    using folder = memoryFolder();
    const failures: string[] = [];
    const sql = new FileSql(`${folder.path}/a.sqlite`, {
      onStorageError: ({ message }) => failures.push(message),
    });
    sql.query('CREATE TABLE t (n INTEGER)');
    sql.close();
    remount(folder, 'ro');
    for (const query of ['INSERT INTO t VALUES (8)', 'SELECT n FROM t']) {
      assert.throws(() => sql.query(query), StorageError);
    }
    assert.equal(failures.length, 2);
    remount(folder, 'rw');
    sql.query('INSERT INTO t VALUES (9)');
    assert.equal(sql.query('SELECT COUNT(*) AS n FROM t')[0]?.n, 1);
    sql.close();
  },
});
