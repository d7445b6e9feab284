import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { listen } from './listen.mjs';

/**
 * Serves index.html of an example, and its main.js or main.jsx with all that it imports. What it needs beside this project is installed into its
 * own folder the first time. Its script finds the address of the service in `PAD`.
 */
export async function serveBundle(folderUrl, { pad, port }) {
  const folder = fileURLToPath(folderUrl);
  if (!existsSync(`${folder}node_modules`)) {
    const install = ['install', '--no-audit', '--no-fund', '--no-package-lock'];
    const { status } = spawnSync('npm', install, { cwd: folder, stdio: 'inherit' });
    if (status !== 0) throw new Error(`Cannot install what ${folder} needs`);
  }
  const { outputFiles: [script] } = await build({
    absWorkingDir: folder,
    entryPoints: [existsSync(`${folder}main.jsx`) ? 'main.jsx' : 'main.js'],
    bundle: true,
    format: 'esm',
    write: false,
    jsx: 'automatic',
    define: { PAD: JSON.stringify(pad) },
  });
  return await listen({
    async fetch(request) {
      if (new URL(request.url).pathname === '/main.js') {
        return new Response(script.text, { headers: { 'content-type': 'text/javascript' } });
      }
      const html = await readFile(`${folder}index.html`);
      return new Response(html, { headers: { 'content-type': 'text/html; charset=utf-8' } });
    },
  }, port);
}
