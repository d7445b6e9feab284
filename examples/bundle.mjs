import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { listen } from './listen.mjs';

/**
 * Serves an example's index.html, and its main.js or main.jsx as one bundle. The first start installs
 * the example's own packages into its folder. The bundle has the URL of the service in `PAD`.
 */
export async function serveBundle(folderUrl, { pad, port }) {
  const folder = fileURLToPath(folderUrl);
  if (!existsSync(`${folder}node_modules`)) {
    const install = ['install', '--no-audit', '--no-fund', '--no-package-lock'];
    const { status } = spawnSync('npm', install, { cwd: folder, stdio: 'inherit' });
    if (status !== 0) throw new Error(`Cannot install the packages of ${folder}`);
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
