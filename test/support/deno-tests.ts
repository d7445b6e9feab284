// Runs `deno test` and reports each of its tests as a test of this run.
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { findDeno } from '../../scripts/deno-command.mjs';

const { stdout, stderr, status } = spawnSync(
  findDeno(),
  ['test', '--quiet', '--no-check', '-A', '--reporter=tap'],
  { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } },
);
const results = [...stdout.matchAll(/^(ok|not ok) \d+ - (.+)$/gm)];

it('deno test has run', () => {
  expect(results.length, stdout + stderr).toBeGreaterThan(20);
});

for (const [, result, name = ''] of results) {
  it(name, () => {
    expect(result, stdout + stderr).toBe('ok');
  });
}

it('deno test has ended well', () => {
  expect(status, stdout + stderr).toBe(0);
});
