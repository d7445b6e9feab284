/**
 * `npm run bench -- herd`: 1,000 clients with our provider lose their service at once (SIGKILL) and
 * reconnect to the restarted one. Reports the time until all are in sync, and connection attempts per
 * second. Goal: 10 s. First on 20 documents, then on one document with as many clients as it accepts.
 */
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import process from 'node:process';
import { startDevServer } from '../test/support/servers/dev-server.ts';
import type { TestServer } from '../test/support/servers/test-server.ts';
import { freshName, until } from '../test/support/y-client.ts';
import type { HerdSample } from './load/herd.ts';
import { startLoad, stopLoad } from './load/run-load.ts';

const clients = Number(process.argv[3] ?? 1000);
/** Number of processes that the clients run in. */
const herds = 2;

/** Collects the samples that a process prints, newest last. */
function follow(herd: ChildProcess): HerdSample[] {
  const samples: HerdSample[] = [];
  if (!herd.stdout) throw new TypeError('Cannot read samples: the process has no output');
  createInterface(herd.stdout).on('line', (line) => samples.push(JSON.parse(line)));
  return samples;
}

async function measure(server: TestServer, documents: number): Promise<void> {
  const names = Array.from({ length: documents }, freshName);
  const size = String(clients / herds);
  const began = Date.now();
  const processes = await Promise.all(
    Array.from({ length: herds }, () => startLoad('herd', size, server.url, ...names)),
  );
  console.log(
    `${clients} clients, ${documents} documents: joined in ${seconds(Date.now() - began)} s`,
  );
  const told = processes.map(follow);
  /** Number of saved clients at a time: the sum of the latest samples before it. */
  const savedAt = (at: number) =>
    told.reduce((sum, samples) => sum + (samples.findLast((one) => one.at <= at)?.saved ?? 0), 0);
  await pause(3000);

  const killed = Date.now();
  await server.kill();
  await until(() => savedAt(Date.now()) === 0);
  const gone = Date.now();
  await server.restart();
  const ready = Date.now();
  await until(() => savedAt(Date.now()) === clients);

  const times = [...new Set(told.flat().map(({ at }) => at))].filter((at) => at > gone).sort();
  const reached = (share: number) => {
    const at = times.find((time) => savedAt(time) >= clients * share);
    return seconds((at ?? Infinity) - ready);
  };
  const perSecond = new Map<number, number>();
  for (const { at, attempts } of told.flat().filter(({ at }) => at > killed)) {
    const second = Math.floor((at - ready) / 1000);
    perSecond.set(second, (perSecond.get(second) ?? 0) + attempts);
  }
  console.log(`  down for ${seconds(ready - killed)} s`);
  console.log(
    `  in sync after ${reached(0.5)} s (half), ${reached(0.95)} s (95 %), ${reached(1)} s (all)`,
  );
  const spread = [...perSecond].sort(([a], [b]) => a - b);
  console.log(`  attempts in each second, from 0 on with the service up`);
  console.log(`  ${spread.map(([second, count]) => `${second}: ${count}`).join('  ')}`);
  for (const child of processes) await stopLoad(child);
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(1);
}

// Logging a request costs more than answering it.
const server = await startDevServer({ quiet: true });
await measure(server, 20);
await measure(server, 1);
await server.stop();
process.exit();
