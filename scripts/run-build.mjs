// Builds the pages for servers that do not build them; see test/support/servers/wrangler-config.ts.
import { spawnSync } from 'node:child_process';
import process from 'node:process';

export function buildWeb() {
  const { status } = spawnSync(process.execPath, ['scripts/build-web.mjs'], { stdio: 'inherit' });
  if (status !== 0) throw new Error('Cannot build the pages: see the errors above');
}
