// npm run soak -- --minutes 10 [--host deno|cloudflare] [--seed N]
// Mixes every kind of attack with people who type, readers and creation, against a real server. Exits
// with status 1 unless the memory of the service is as before, within 96 MiB, no p95 of an honest client
// is over 250 ms, nothing that was saved is missing, and the service is up.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { importTs } from './import-ts.mjs';
import { buildWeb } from './run-build.mjs';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    host: { type: 'string', default: 'deno' },
    // For the process of the attacks.
    attack: { type: 'string' },
    documents: { type: 'string' },
    seed: { type: 'string', default: String(Date.now()) },
  },
});
if (values.attack !== undefined) await attack(values.attack, values.documents?.split(',') ?? []);
else await main();
process.exit();

async function main() {
  const { startServer } = await importTs('test/support/servers/test-server.ts');
  const { soak } = await importTs('test/support/soak/soak.ts');
  // y-websocket logs each connection that fails.
  console.warn = () => {};
  console.log(`${values.host}: ${values.minutes} minutes, seed ${values.seed}`);
  buildWeb();
  const server = await startServer(values.host === 'workerd' ? 'cloudflare' : values.host);
  try {
    const options = {
      seconds: 60 * Number(values.minutes),
      attack: (documents) => startAttacks(server.url, documents),
    };
    const { faults, memory, times, ...counts } = await soak(server, options, console.log);
    console.table(times);
    console.log(counts, memory);
    for (const fault of faults) console.error(`FAILED ${fault}`);
    if (faults.length === 0) console.log('passed');
    process.exitCode = faults.length > 0 ? 1 : 0;
  } finally {
    await server.stop();
  }
}

/** In a process of their own: otherwise their work would delay the honest clients. */
function startAttacks(url, documents) {
  const args = ['--attack', url, '--documents', documents.join(','), '--seed', values.seed];
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.once('exit', () => child.kill());
  let log = '';
  child.stdout.on('data', (chunk) => log += chunk);
  return {
    async end() {
      child.kill();
      await once(child, 'exit');
      return log.split('\n').length - 1;
    },
  };
}

async function attack(url, documents) {
  const { attackForever } = await importTs('test/support/soak/attacks.ts');
  const { Random } = await importTs('test/support/random.ts');
  const field = { url, documents, random: new Random(Number(values.seed)) };
  await attackForever(field, (name, milliseconds) => console.log(`${milliseconds} ms: ${name}`));
}
