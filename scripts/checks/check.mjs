// npm run check: format, lint, types, imports, structure, and a dry run of the deployment.
import { spawnSync } from 'node:child_process';
import process from 'node:process';

const steps = [
  ['format', 'deno', 'fmt', '--check', '--quiet'],
  ['lint', 'deno', 'lint', '--quiet'],
  ['types', 'tsc', '-b'],
  ['types on Deno', 'deno', 'check', '--quiet', 'worker/deno', 'test/deno'],
  ['imports', 'node', 'scripts/checks/imports.mjs'],
  ['structure', 'node', 'scripts/checks/structure.mjs'],
  ['deployment', 'wrangler', 'deploy', '--dry-run', '--outdir', 'out'],
];

let failed = 0;
for (const [name, command, ...args] of steps) {
  // `npx --no-install` finds the pinned version on every system and never uses the network.
  const words = command === 'node' ? [command, ...args] : ['npx', '--no-install', command, ...args];
  const { status, stdout, stderr } = spawnSync(words.join(' '), { shell: true, encoding: 'utf8' });
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name}`);
  if (status === 0) continue;
  failed += 1;
  console.log(stdout + stderr);
}
process.exit(failed === 0 ? 0 : 1);
