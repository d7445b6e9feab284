import assert from 'node:assert/strict';
import { Alarms } from '../../worker/deno/alarms.ts';
import { FileSql } from '../../worker/deno/sql.ts';
import { tempFolder } from './temp-folder.ts';

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

Deno.test('alarms survive a restart, and those that are due run after it, in their order', async () => {
  using folder = tempFolder();
  const path = `${folder.path}/edgepad.sqlite`;
  const before = new FileSql(path);
  const set = new Alarms(before, () => assert.fail('too early'), () => {});
  set.set('later', Date.now() + 3_600_000);
  set.set('second', Date.now() + 50);
  set.set('first', Date.now() + 40);
  set.stop();
  before.close();

  const after = new FileSql(path);
  const rung: string[] = [];
  const alarms = new Alarms(after, (name) => void rung.push(name), assert.fail);
  await new Promise((resolve) => setTimeout(resolve, 60));
  assert.deepEqual(rung, []);
  alarms.start();
  await until(() => rung.length === 2);
  assert.deepEqual(rung, ['first', 'second']);
  alarms.stop();
  assert.deepEqual(after.query('SELECT name FROM alarms').map(({ name }) => name), ['later']);
  after.close();
});

Deno.test('a document may set the next one while its alarm runs; a new one replaces the old', async () => {
  using folder = tempFolder();
  const sql = new FileSql(`${folder.path}/edgepad.sqlite`);
  const rung: string[] = [];
  const alarms = new Alarms(sql, (name) => {
    rung.push(name);
    if (rung.length < 3) alarms.set(name, Date.now() + 10);
  }, assert.fail);
  alarms.start();
  alarms.set('notes', Date.now() + 3_600_000);
  alarms.set('notes', Date.now());
  await until(() => rung.length === 3);
  assert.deepEqual(sql.query('SELECT * FROM alarms'), []);
  alarms.stop();
  sql.close();
});

Deno.test('one that fails is told, tried again later, and stops nobody else', async () => {
  using folder = tempFolder();
  const sql = new FileSql(`${folder.path}/edgepad.sqlite`);
  const rung: string[] = [];
  const failed: string[] = [];
  const alarms = new Alarms(sql, (name) => {
    if (name === 'bad') throw new Error('broken');
    rung.push(name);
  }, (name, error) => failed.push(`${name}: ${(error as Error).message}`));
  alarms.set('bad', Date.now() - 10);
  alarms.set('good', Date.now());
  alarms.start();
  await until(() => rung.length === 1);
  assert.deepEqual(failed, ['bad: broken']);
  const [left] = sql.query('SELECT name, at FROM alarms');
  assert.equal(left?.name, 'bad');
  assert.ok(left.at as number > Date.now());
  alarms.stop();
  sql.close();
});
