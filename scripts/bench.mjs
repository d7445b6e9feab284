// npm run bench [-- NAME]: measures costs, as ratios within one run. No test asserts them. NAME is a
// file of bench/ without its extension; without a name all of them run in turn.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { importTs } from './import-ts.mjs';
import { buildWeb } from './run-build.mjs';

// Ends the servers that it started when it is interrupted.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

const folder = join(import.meta.dirname, '..', 'bench');
const [name] = process.argv.slice(2);
if (name) {
  // A parent benchmark starts programs of bench/load and has built the pages already.
  if (!name.startsWith('load/')) buildWeb();
  await importTs(`bench/${name}.ts`);
} else {
  for (const file of readdirSync(folder).filter((file) => file.endsWith('.ts'))) {
    console.log(`\n# ${file}`);
    // Each benchmark runs in its own process, so that none measures leftovers of another.
    spawnSync(process.execPath, [import.meta.filename, file.slice(0, -3)], { stdio: 'inherit' });
  }
}
