// Prepares `npm test`: runs the checks, builds the pages, and installs a Chromium if there is none.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { findChromium } from './find-chromium.mjs';

function run(command) {
  console.log(`> ${command}`);
  return spawnSync(command, { shell: true, stdio: 'inherit' }).status === 0;
}

function installChromium() {
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    return run(
      'apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium',
    );
  }
  return run('npx --no-install playwright-core install chromium');
}

if (!run('node scripts/checks/check.mjs')) process.exit(1);
if (!run('node scripts/build-web.mjs')) process.exit(1);
if (!findChromium() && !(installChromium() && findChromium())) {
  console.error(
    'Cannot install Chromium for the browser tests. Run "npx playwright-core install chromium", or ' +
      'set CHROMIUM_PATH to a Chromium, and run "npm test" again.',
  );
  process.exit(1);
}
