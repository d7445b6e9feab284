// npm run bench [-- NAME]: what things cost here, as ratios in one run. Nothing of it is asserted
// anywhere. A name is a file in bench/ without its ending; without one all of them run, in turn.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { importTs } from './import-ts.mjs';
import { buildWeb } from './run-build.mjs';

// Cut short, it leaves no server behind: what was started is ended on exit.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

const folder = join(import.meta.dirname, '..', 'bench');
const [name] = process.argv.slice(2);
if (name) {
  // What makes the load has been built by whoever starts it.
  if (!name.startsWith('load/')) buildWeb();
  await importTs(`bench/${name}.ts`);
} else {
  for (const file of readdirSync(folder).filter((file) => file.endsWith('.ts'))) {
    console.log(`\n# ${file}`);
    // Each in a process of its own, so that none measures what another has left behind.
    spawnSync(process.execPath, [import.meta.filename, file.slice(0, -3)], { stdio: 'inherit' });
  }
}
