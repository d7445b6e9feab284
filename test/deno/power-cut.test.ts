import assert from 'node:assert/strict';
import { checkDisk, ExpectedDisk } from './faults/expected-disk.ts';
import { compileFaultyDisk, faultyFolders, startFaultyService } from './faults/faulty-service.ts';
import { appendMark, readJournal } from './faults/journal.ts';
import { PowerCut } from './faults/power-cut.ts';
import { Workload } from './faults/workload.ts';
import { Random } from '../support/random.ts';
import { memoryFolder } from './temp-folder.ts';

/** How many power failures to try; `EDGEPAD_POWER_CUTS` for more. */
const cuts = Number(Deno.env.get('EDGEPAD_POWER_CUTS') ?? 60);
const seed = Number(Deno.env.get('EDGEPAD_SEED') ?? Date.now() % 1_000_000);

/** EIO. */
const inputOutputError = 5;

const library = compileFaultyDisk(Deno.makeTempDirSync({ prefix: 'edgepad-' }));

/** Cuts the power at random moments of a journal, and checks what is left. Returns the words checked. */
async function cutPower(
  folder: string,
  journal: string,
  { random, ignoresSyncs = false }: { readonly random: Random; readonly ignoresSyncs?: boolean },
): Promise<number> {
  const records = readJournal(Deno.readFileSync(journal));
  const moments = new Set(Array.from({ length: cuts }, () => random.below(records.length)));
  const power = new PowerCut(`${folder}/disk`, faultyFolders);
  const expected = new ExpectedDisk();
  let checked = 0;
  for (const [i, record] of records.entries()) {
    if (record.type === 'a') expected.add(JSON.parse(record.path));
    else if (record.type !== 's' || !ignoresSyncs) power.replay(record);
    if (!moments.has(i)) continue;
    const left = `${folder}/left`;
    Deno.mkdirSync(left);
    try {
      power.write(left, random);
      checked += (await checkDisk(left, expected)).words;
    } catch (error) {
      throw new Error(`After record ${i} of ${records.length}: ${error}`, { cause: error });
    } finally {
      Deno.removeSync(left, { recursive: true });
    }
  }
  return checked;
}

Deno.test({
  name: `[P1] [S2] [S3] [M3] a power failure loses nothing acknowledged, seed ${seed}`,
  ignore: library === null,
  async fn() {
    using folder = memoryFolder();
    const random = new Random(seed);
    const service = await startFaultyService(library!, `${folder.path}/disk`);
    const workload = new Workload({
      url: service.url,
      random,
      mark: (mark) => appendMark(service.journal, mark),
      actions: ['delete', 'import', 'key', 'backup'],
      backUp: () => service.backUp(),
    });
    try {
      for (let i = 0; i < 400; i++) await workload.step();
    } finally {
      await service.kill();
    }
    const checked = await cutPower(folder.path, service.journal, { random });
    assert.ok(checked > cuts);
    console.log(`${cuts} power failures, ${checked} words checked`);
    // This test would notice a service that does not sync.
    await assert.rejects(cutPower(folder.path, service.journal, { random, ignoresSyncs: true }));
  },
});

Deno.test({
  name: `[P1] a sync that fails loses nothing acknowledged, seed ${seed}`,
  ignore: library === null,
  async fn() {
    using folder = memoryFolder();
    const random = new Random(seed);
    const disk = `${folder.path}/disk`;
    let service = await startFaultyService(library!, disk);
    const { journal } = service;
    let failures = 0;
    try {
      for (let round = 0; round < 6; round++) {
        const workload = new Workload({
          url: service.url,
          random,
          mark: (mark) => appendMark(journal, mark),
          backUp: () => Promise.reject(new Error('Not used')),
          actions: ['import', 'key'],
        });
        for (let i = 0; i < 40; i++) {
          service.setFaults({ syncErrno: i % 10 === 9 ? inputOutputError : 0 });
          await workload.step().catch(() => failures += 1);
        }
        if (random.chance(0.5)) {
          // The system runs on: the process finds what it wrote, whether it is on the disk or not.
          service.setFaults({ syncErrno: inputOutputError });
          await workload.step().catch(() => failures += 1);
          await service.kill();
          service = await startFaultyService(library!, disk);
        }
      }
    } finally {
      await service.kill();
    }
    assert.ok(failures > 0);
    const checked = await cutPower(folder.path, journal, { random });
    assert.ok(checked > cuts);
  },
});
