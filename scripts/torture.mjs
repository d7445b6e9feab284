// npm run torture -- --kills 100 [--people 10] [--seed N] [--host deno]
// Repeatedly kills a real server (`wrangler dev` or Deno) while simulated people type. Exits with status
// 1 if a word that was shown to others or reported as saved is missing or duplicated afterwards.
import process from 'node:process';
import { parseArgs } from 'node:util';
import { importTs } from './import-ts.mjs';
import { buildWeb } from './run-build.mjs';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    people: { type: 'string', default: '10' },
    host: { type: 'string', default: 'cloudflare' },
    seed: { type: 'string', default: String(Date.now()) },
  },
});
const [kills, people, seed] = [values.kills, values.people, values.seed].map(Number);
const { startServer } = await importTs('test/support/servers/test-server.ts');
const { torture } = await importTs('test/support/servers/torture.ts');

console.log(`${values.host}: ${kills} kills, ${people} people, seed ${seed}`);
buildWeb();
const server = await startServer(values.host);
try {
  const { broken } = await torture(server, { kills, people, seed }, (report) => {
    const { kills, typed, owed, broken } = report;
    console.log(
      `kill ${kills}: ${typed} words typed, ${owed} seen or saved, ${broken.length} lost`,
    );
  });
  if (broken.length > 0) console.error(`Missing or duplicated: ${broken.join(', ')}`);
  process.exitCode = broken.length > 0 ? 1 : 0;
} finally {
  await server.stop();
}
process.exit();
