/**
 * `npm run bench -- stalled`: memory of the service, and the time for an edit to reach another client,
 * while 20 clients of the same document do not read. Expected bound: 2 MiB and one message per client.
 */
import { setTimeout as pause } from 'node:timers/promises';
import process from 'node:process';
import { startDevServer } from '../test/support/servers/dev-server.ts';
import { freshName, ourProvider, until } from '../test/support/y-client.ts';
import { startLoad, stopLoad } from './load/run-load.ts';

const edits = 150;
const page = 'x'.repeat(100_000);
const server = await startDevServer();
console.log(`${edits} edits of 100 KB, one after the other`);
console.log('stalled   RSS before   RSS max    RSS after   p50 ms   p95 ms   worst ms');

for (const count of [0, 20, 0, 20]) {
  const name = freshName();
  const ann = ourProvider(server.url, name);
  const bob = ourProvider(server.url, name);
  await until(() => ann.synced && bob.synced);
  const load = count > 0 ? await startLoad('stalled', String(count), server.url, name) : null;
  await pause(1000);
  const before = server.memory();
  let most = before;
  const taken: number[] = [];
  const map = ann.doc.getMap('m');
  for (let i = 1; i <= edits; i++) {
    const at = performance.now();
    map.set('page', page + i);
    await until(() => String(bob.doc.getMap('m').get('page')).endsWith(`x${i}`));
    taken.push(performance.now() - at);
    most = Math.max(most, server.memory());
  }
  await pause(2000);
  const after = server.memory();
  taken.sort((a, b) => a - b);
  const at = (share: number) => taken[Math.floor((taken.length - 1) * share)]!.toFixed(0);
  const MiB = (bytes: number) => (bytes / 2 ** 20).toFixed(0);
  console.log(
    String(count).padStart(7) +
      [MiB(before), MiB(most), MiB(after)].map((cell) => cell.padStart(12)).join('') +
      [at(0.5), at(0.95), at(1)].map((cell) => cell.padStart(9)).join(''),
  );
  if (load) await stopLoad(load);
  ann.destroy();
  bob.destroy();
}
await server.stop();
process.exit();
