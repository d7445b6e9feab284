/**
 * Runs the simulator of test/support/simulator.ts over many seeds, on all processors or with fewer
 * `--workers`:
 *
 *   npm run simulate -- --seeds 200000 [--from 1] [--steps 150] [--failures 3] [--workers 1]
 *
 * Prints each failing seed with its smallest failing list of events, as a line for a test. Stops after
 * `--failures` failing seeds. Exits with status 1 if any seed failed.
 */
import { build } from 'esbuild';
import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

if (isMainThread) await main();
else await work(workerData);

async function main() {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '2000' },
      from: { type: 'string', default: '1' },
      steps: { type: 'string', default: '150' },
      failures: { type: 'string', default: '3' },
      workers: { type: 'string', default: String(availableParallelism()) },
    },
  });
  const [seeds, from, steps, most, stride] = ['seeds', 'from', 'steps', 'failures', 'workers'].map(
    (name) => Number(values[name]),
  );
  const root = fileURLToPath(new URL('..', import.meta.url));
  // In node_modules, so that the bundle's imports of packages resolve.
  const bundle = `${root}node_modules/.cache/edgepad/simulator-${process.pid}.mjs`;
  await build({
    absWorkingDir: root,
    entryPoints: ['test/support/simulator.ts'],
    outfile: bundle,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    sourcemap: 'inline',
    logLevel: 'error',
  });

  const begin = performance.now();
  let [run, failed] = [0, 0];
  const workers = Array.from({ length: stride }, (_, offset) => {
    const workerData = { bundle, from: from + offset, end: from + seeds, stride, steps };
    return new Worker(new URL(import.meta.url), { workerData, execArgv: ['--enable-source-maps'] });
  });
  await Promise.all(workers.map((worker) =>
    new Promise((resolve, reject) => {
      worker.on('message', (failure) => {
        run += 1;
        if (run % 1000 === 0) console.log(`${run} seeds, ${failed} failed`);
        if (failure === null) return;
        failed += 1;
        console.log(failure);
        if (failed >= most) { for (const other of workers) other.terminate(); }
      });
      worker.on('error', reject);
      worker.on('exit', resolve);
    })
  ));
  await rm(bundle);
  const seconds = (performance.now() - begin) / 1000;
  console.log(
    `${run} seeds of ${steps} steps in ${seconds.toFixed(0)} s, ${failed} failed`,
  );
  process.exitCode = failed > 0 ? 1 : 0;
}

/** Runs every `stride`-th seed and posts its failure, or null, to the main thread. */
async function work({ bundle, from, end, stride, steps }) {
  const { simulate } = await import(bundle);
  for (let seed = from; seed < end; seed += stride) {
    let failure = null;
    try {
      simulate(seed, steps);
    } catch (error) {
      failure = error.message;
    }
    parentPort.postMessage(failure);
  }
}
