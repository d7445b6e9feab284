import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { serveBundle } from '../bundle.mjs';

/** Builds the package and installs it from its folder: it is not published. */
export function start(options) {
  const pack = fileURLToPath(new URL('../../scripts/pack-npm.mjs', import.meta.url));
  const { status } = spawnSync(process.execPath, [pack], { stdio: 'inherit' });
  if (status !== 0) throw new Error('Cannot start example: building the package failed');
  return serveBundle(new URL('./', import.meta.url), options);
}
