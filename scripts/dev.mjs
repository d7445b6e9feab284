// npm run dev: runs `wrangler dev` with these flags and ends it with this process. Settings are in .env.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import process from 'node:process';

const wrangler = createRequire(import.meta.url).resolve('wrangler/bin/wrangler.js');
const server = spawn(process.execPath, [wrangler, 'dev', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
server.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => server.kill('SIGTERM'));
}

// npm signals only its shell, which does not forward signals: exit when the parent is gone.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) server.kill('SIGTERM');
}, 500);
