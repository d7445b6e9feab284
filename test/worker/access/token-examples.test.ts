import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { transformSync } from 'esbuild';
import { afterAll, beforeAll, expect, it, type TestContext } from 'vitest';
import { createTokenVerifier } from '../../../worker/access/token.ts';
import { parseTokenSecrets } from '../../../worker/access/token-secrets.ts';

const page = readFileSync('docs/TOKENS.md', 'utf8');
const entry = `example:${randomBytes(32).toString('base64url')}`;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'edgepad-tokens-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The one example in this language. */
function example(language: string): string {
  const found = [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))];
  if (found.length !== 1) {
    throw new Error(`docs/TOKENS.md has ${found.length} ${language} examples`);
  }
  return found[0]![1]!;
}

/** Runs a program with the secret in its environment, and expects it to print a valid token. */
async function expectToken(command: string, name: string, program: string) {
  const path = join(folder, name);
  writeFileSync(path, program);
  const { status, stdout, stderr } = spawnSync(command, [path], {
    encoding: 'utf8',
    env: { ...process.env, EDGEPAD_TOKEN_SECRET: entry },
  });
  expect(status, stderr).toBe(0);
  const verify = createTokenVerifier(parseTokenSecrets(entry));
  const now = Date.now();
  const expected = { audience: 'https://pad.example', document: 'minutes', now };
  const verified = await verify(stdout.trim(), expected);
  expect(verified).toMatchObject({
    role: 'edit',
    subject: 'u-42',
    user: { id: 'u-42', name: 'Zoë Ōta', color: null },
  });
  expect(verified.expiresAt - verified.issuedAt).toBe(600_000);
}

/** Skips a test, with a warning, if its command is not installed. */
function skipWithout(command: string, { skip }: TestContext) {
  if (spawnSync(command, ['--version']).error === undefined) return;
  const reason = `${command} is not installed, so its example was not run`;
  console.warn(reason);
  skip(reason);
}

it('[T7] the TypeScript example signs a valid token', async () => {
  const { code } = transformSync(example('ts'), { loader: 'ts' });
  await expectToken(process.execPath, 'sign.mjs', code);
});

it('[T7] the Python example signs a valid token', async (context) => {
  skipWithout('python3', context);
  await expectToken('python3', 'sign.py', example('python'));
});
