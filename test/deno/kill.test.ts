import assert from 'node:assert/strict';
import { checkDisk, ExpectedDisk } from './faults/expected-disk.ts';
import { startFaultyService } from './faults/faulty-service.ts';
import { HttpWriter } from './faults/http-writer.ts';
import { type Action, Workload } from './faults/workload.ts';
import { Random } from '../support/random.ts';
import { FileSql } from '../../worker/deno/sql.ts';
import { memoryFolder } from './temp-folder.ts';

/** How often to kill the process in each test; `EDGEPAD_KILLS` for more. */
const kills = Number(Deno.env.get('EDGEPAD_KILLS') ?? 8);
const seed = Number(Deno.env.get('EDGEPAD_SEED') ?? Date.now() % 1_000_000);

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

for (const action of ['delete', 'import', 'backup'] as const satisfies readonly Action[]) {
  Deno.test(`[P1] [S3] [M3] SIGKILL during ${action} leaves no half document, seed ${seed}`, async () => {
    using folder = memoryFolder();
    const random = new Random(seed);
    const expected = new ExpectedDisk();
    let actions = 0;
    let acted = () => {};
    for (let kill = 0; kill < kills; kill++) {
      const service = await startFaultyService(null, folder.path);
      const workload = new Workload({
        url: service.url,
        random,
        mark(mark) {
          expected.add(mark);
          if (!/^(deleting|importing|backing-up)$/.test(mark.type)) return;
          actions += 1;
          acted();
        },
        backUp: () => service.backUp(),
        actions: [action],
        writes: 0.5,
      });
      let isKilled = false;
      const working = (async () => {
        while (!isKilled) await workload.step();
      })().catch((error) => {
        if (!isKilled) throw error;
      });
      await Promise.race([new Promise<void>((resolve) => acted = resolve), working]);
      await delay(random.below(200));
      isKilled = true;
      await service.kill();
      await working;
      const { gone } = await checkDisk(folder.path, expected);
      for (const name of gone) expected.add({ type: 'gone', name });
    }
    assert.ok(actions >= kills);
  });
}

Deno.test(`[P1] SIGKILL during a migration leaves no half schema, seed ${seed}`, async () => {
  using folder = memoryFolder();
  const random = new Random(seed);
  const expected = new ExpectedDisk();
  const names = Array.from({ length: 20 }, (_, i) => `d${i}`);
  const first = await startFaultyService(null, folder.path);
  for (const name of names) {
    expected.add({ type: 'writing', name });
    const writer = new HttpWriter(first.url, name);
    let words = await writer.write(`word-${name}`);
    while (words.length === 0) words = await writer.poll();
    expected.add({ type: 'saved', name, words });
  }
  await first.kill();
  for (let kill = 0; kill < kills; kill++) {
    for (const name of names) downgrade(`${folder.path}/data/documents/${name}+.sqlite`);
    const service = await startFaultyService(null, folder.path);
    const reading = names.map((name) =>
      fetch(`${service.url}/docs/${name}.txt`).then((answer) => answer.text()).catch(() => null)
    );
    await delay(random.below(60));
    await service.kill();
    await Promise.all(reading);
    assert.equal((await checkDisk(folder.path, expected)).words, names.length);
  }
});

/** Makes a database what the first version of the schema was. */
function downgrade(path: string): void {
  const sql = new FileSql(path);
  sql.transaction(() => {
    const tables = ['versions', 'links', 'unfinished', 'frames', 'deleted', 'revoked', 'keys'];
    for (const table of tables) sql.query(`DROP TABLE ${table}`);
    sql.query('ALTER TABLE updates DROP COLUMN at');
    const columns = ['compacted_at', 'unversioned_at', 'steps', 'issued_after', 'schema'];
    for (const column of columns) {
      sql.query(`ALTER TABLE document DROP COLUMN ${column}`);
    }
    sql.query('DELETE FROM migrations WHERE step > 1');
  });
  sql.close();
}
