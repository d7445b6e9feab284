import assert from 'node:assert/strict';
import { StorageError } from '../../worker/core/sql.ts';
import { Alarms } from '../../worker/deno/alarms.ts';
import { FileSql } from '../../worker/deno/sql.ts';
import { tempFolder } from './temp-folder.ts';

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

Deno.test('alarms survive a restart, and due ones run after it in order', async () => {
  using folder = tempFolder();
  const path = `${folder.path}/edgepad.sqlite`;
  const before = new FileSql(path);
  const set = new Alarms(before, () => assert.fail('too early'), () => {});
  const now = Date.now();
  set.set('later', now + 3_600_000);
  set.set('second', now + 50);
  set.set('first', now + 40);
  set.stop();
  before.close();

  const after = new FileSql(path);
  const run: string[] = [];
  const alarms = new Alarms(after, (name) => void run.push(name), assert.fail);
  await new Promise((resolve) => setTimeout(resolve, 60));
  assert.deepEqual(run, []);
  alarms.start();
  await until(() => run.length === 2);
  assert.deepEqual(run, ['first', 'second']);
  alarms.stop();
  assert.deepEqual(after.query('SELECT name FROM alarms').map(({ name }) => name), ['later']);
  after.close();
});

Deno.test('an alarm may set the next one, and a new alarm replaces the old', async () => {
  using folder = tempFolder();
  const sql = new FileSql(`${folder.path}/edgepad.sqlite`);
  const run: string[] = [];
  const alarms = new Alarms(sql, (name) => {
    run.push(name);
    if (run.length < 3) alarms.set(name, Date.now() + 10);
  }, assert.fail);
  alarms.start();
  alarms.set('notes', Date.now() + 3_600_000);
  alarms.set('notes', Date.now());
  await until(() => run.length === 3);
  assert.deepEqual(sql.query('SELECT * FROM alarms'), []);
  alarms.stop();
  sql.close();
});

Deno.test('a failed alarm is reported and retried, and does not stop others', async () => {
  using folder = tempFolder();
  const sql = new FileSql(`${folder.path}/edgepad.sqlite`);
  const run: string[] = [];
  const failed: string[] = [];
  const alarms = new Alarms(sql, (name) => {
    if (name === 'bad') throw new Error('broken');
    run.push(name);
  }, (name, error) => failed.push(`${name}: ${(error as Error).message}`));
  alarms.set('bad', Date.now() - 10);
  alarms.set('good', Date.now());
  alarms.start();
  await until(() => run.length === 1);
  assert.deepEqual(failed, ['bad: broken']);
  const [left] = sql.query('SELECT name, at FROM alarms');
  assert.equal(left?.name, 'bad');
  assert.ok(left.at as number > Date.now());
  alarms.stop();
  sql.close();
});

Deno.test('[P7] alarms that cannot be stored run in this process, each once', async () => {
  using folder = tempFolder();
  const sql = new FileSql(`${folder.path}/edgepad.sqlite`);
  const run: string[] = [];
  const failures: string[] = [];
  const alarms = new Alarms(sql, (name) => {
    run.push(name);
    if (name === 'again' && run.length < 4) alarms.set(name, Date.now() + 10);
  }, (name, error) => {
    assert.ok(error instanceof StorageError);
    failures.push(name);
  });
  const now = Date.now();
  for (const name of ['stored', 'moved', 'deleted', 'again']) alarms.set(name, now + 20);
  // SQLite rejects writes from here on.
  sql.query('PRAGMA query_only = 1');
  alarms.set('moved', now + 100);
  alarms.delete('deleted');
  alarms.set('last', now + 200);
  alarms.start();
  await until(() => run.includes('last'));
  alarms.stop();
  assert.deepEqual(run.filter((name) => name === 'stored'), ['stored']);
  assert.deepEqual(run.filter((name) => name === 'moved'), ['moved']);
  assert.ok(!run.includes('deleted'));
  assert.ok(run.filter((name) => name === 'again').length >= 2);
  assert.ok(failures.length < 20);
  sql.close();
});
