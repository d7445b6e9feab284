import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { elementStyles } from '../../../scripts/element-styles.mjs';

const root = join(import.meta.dirname, '../../..');
const entries = ['provider', 'editor', 'viewer', 'viewer-define', 'elements', 'elements-define'];

test('[F9] every entry of the package can be imported on a server', async () => {
  await mkdir(join(root, 'out'), { recursive: true });
  // Inside of the repository, so that Node finds the packages that the entries import.
  const folder = await mkdtemp(join(root, 'out/package-'));
  try {
    await build({
      absWorkingDir: root,
      entryPoints: entries.map((name) => `web/package/${name}.ts`),
      bundle: true,
      format: 'esm',
      splitting: true,
      packages: 'external',
      plugins: [elementStyles(root)],
      outdir: folder,
      outExtension: { '.js': '.mjs' },
      logLevel: 'warning',
    });
    const imports = entries.map((name) => `await import('./${name}.mjs');`).join('\n');
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '-e', `${imports}\nconsole.log('imported');`],
      { cwd: folder },
    );
    expect(stdout).toBe('imported\n');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
