// npm run soak -- --minutes 10 [--host deno|workerd] [--seed N]
// Mixes every kind of attack with people who type, readers, creation, backups and a full disk (as root),
// against a real server. Exits with status 1 unless the memory of the service is as after the first round
// of attacks, no p95 of an honest client is over 250 ms, nothing that was saved is missing, and the
// service is up. "idle" are the times of a service that is not attacked. If these are long, the machine
// is busy: give the run priority (nice -n -10; where the kernel groups processes by session, also
// echo -10 > /proc/self/autogroup).
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
    rounds: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Date.now()) },
  },
});
if (values.attack !== undefined) await attack(values.attack, values.documents?.split(',') ?? []);
else await main();
process.exit();

async function main() {
  const { startMeasured } = await importTs('test/support/soak/measured-server.ts');
  const { soak } = await importTs('test/support/soak/soak.ts');
  // y-websocket logs each connection that fails.
  console.warn = () => {};
  console.log(`${values.host}: ${values.minutes} minutes, seed ${values.seed}`);
  buildWeb();
  const server = await startMeasured(values.host);
  const control = await startMeasured(values.host);
  try {
    const options = {
      seconds: 60 * Number(values.minutes),
      control,
      attack: (documents, rounds) => startAttacks(server.url, documents, rounds),
    };
    const { faults, times, ...report } = await soak(server, options, console.log);
    console.table(times);
    console.log(report);
    for (const fault of faults) console.error(`FAILED ${fault}`);
    if (faults.length === 0) console.log('passed');
    process.exitCode = faults.length > 0 ? 1 : 0;
  } finally {
    await Promise.all([server.stop(), control.stop()]);
  }
}

/** In a process of their own: otherwise their work would delay the honest clients. */
function startAttacks(url, documents, rounds) {
  const args = ['--attack', url, '--documents', documents.join(','), '--seed', values.seed];
  args.push('--rounds', String(rounds));
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.once('exit', () => child.kill());
  let log = '';
  child.stdout.on('data', (chunk) => log += chunk);
  const ended = once(child, 'exit');
  return {
    ended,
    async end() {
      child.kill();
      await ended;
      const lines = log.split('\n').slice(0, -1);
      return { attacks: lines.length, harms: lines.filter((line) => line.startsWith('HARM')) };
    },
  };
}

async function attack(url, documents) {
  const { attackForever } = await importTs('test/support/soak/attacks.ts');
  const { Random } = await importTs('test/support/random.ts');
  const field = { url, documents, random: new Random(Number(values.seed)) };
  await attackForever(field, Number(values.rounds), (name, milliseconds, harm) => {
    console.log(harm ? `HARM ${name}: ${harm.message}` : `${milliseconds} ms: ${name}`);
  });
}
