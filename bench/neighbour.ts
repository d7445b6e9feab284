/**
 * `npm run bench -- neighbour`: time for an edit to reach another client while a hostile client attacks
 * the same document from its own process. Goal: the slowest edit takes less than 250 ms. Compare the
 * rows with the first row of the same run.
 */
import { setTimeout as pause } from 'node:timers/promises';
import process from 'node:process';
import { startDevServer } from '../test/support/servers/dev-server.ts';
import { freshName, ourProvider, until } from '../test/support/y-client.ts';
import { startLoad, stopLoad } from './load/run-load.ts';

const server = await startDevServer();
const name = freshName();
const ann = ourProvider(server.url, name);
const bob = ourProvider(server.url, name);
await until(() => ann.synced && bob.synced);
ann.doc.getText('book').insert(0, 'x'.repeat(1_000_000));
await until(() => ann.status.state === 'saved');
// The first compaction of a process takes 200 ms, mostly for compiling.
await pause(3000);

/** When Ann sent the text that Bob has not received yet. */
const sent = new Map<string, number>();
let taken: number[] = [];
const marks = (of: typeof ann) => of.doc.getMap('marks');
marks(bob).observe((event) => {
  for (const key of event.keysChanged) {
    const at = sent.get(key as string);
    if (at !== undefined) taken.push(performance.now() - at);
    sent.delete(key as string);
  }
});

async function measure(what: string, seconds = 10): Promise<void> {
  taken = [];
  sent.clear();
  for (let i = 0; i < seconds * 10; i++) {
    const key = `${what} ${i}`;
    sent.set(key, performance.now());
    marks(ann).set(key, 1);
    await pause(100);
  }
  await until(() => sent.size === 0);
  const sorted = taken.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)]!.toFixed(0);
  const cells = [at(0.5), at(0.95), at(1), (server.memory() / 2 ** 20).toFixed(0)];
  console.log(what.padEnd(14) + cells.map((cell) => cell.padStart(9)).join(''));
}

console.log(
  'milliseconds  ' + ['p50', 'p95', 'worst', 'RSS MiB'].map((h) => h.padStart(9)).join(''),
);
await measure('nobody');
for (
  const kind of (process.argv[3]?.split(',') ??
    ['flood', 'questions', 'nonsense', 'gaps', 'cursors', 'bulk', 'storm'])
) {
  const load = await startLoad('hostile', kind, server.url, name);
  await measure(kind);
  await stopLoad(load);
  await pause(1000);
}
ann.destroy();
bob.destroy();
await server.stop();
process.exit();
