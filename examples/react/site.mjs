import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { serveBundle } from '../bundle.mjs';

/** The package is not in the registry: it is built here, and installed from its folder. */
export function start(options) {
  const pack = fileURLToPath(new URL('../../scripts/pack-npm.mjs', import.meta.url));
  const { status } = spawnSync(process.execPath, [pack], { stdio: 'inherit' });
  if (status !== 0) throw new Error('Cannot build the package');
  return serveBundle(new URL('./', import.meta.url), options);
}
