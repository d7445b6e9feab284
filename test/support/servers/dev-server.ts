import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { TestServer } from './test-server.ts';
import { testConfiguration } from './wrangler-config.ts';

const wrangler = createRequire(import.meta.url).resolve('wrangler/bin/wrangler.js');

interface DevServerOptions {
  /** Does not log requests, which takes longer than the responses. */
  readonly quiet?: boolean;
  /** Environment variables of the Worker, which override those of .dev.vars. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The wrangler.toml of another Worker. */
  readonly configuration?: string;
}

/** Starts `wrangler dev`. */
export async function startDevServer(
  { quiet = false, settings = {}, configuration = testConfiguration() }: DevServerOptions = {},
): Promise<TestServer> {
  const variables = Object.entries(settings).flatMap((
    [name, value],
  ) => ['--var', `${name}:${value}`]);
  const what = ['--config', configuration, ...variables];
  const launch = (state: string, port?: string) =>
    quiet ? launchQuietly(state, what, port) : launchWithLog(state, what, port ?? '0');
  const state = mkdtempSync(join(tmpdir(), 'edgepad-'));
  const first = await launch(state);
  const { url } = first;
  let { child, log } = first;
  const port = new URL(url).port;
  // Also when the test run is interrupted.
  const onExit = () => {
    killGroup(child);
    rmSync(state, { recursive: true, force: true });
  };
  process.once('exit', onExit);
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    killGroup(child);
    await gone;
  };
  return {
    url,
    log: () => log(),
    memory: () => residentBytes(child),
    kill,
    async restart() {
      ({ child, log } = await launch(state, port));
    },
    async stop() {
      await kill();
      process.off('exit', onExit);
      rmSync(state, { recursive: true, force: true });
    },
  };
}

/** The memory of workerd, without that of wrangler. */
function residentBytes(group: ChildProcess): number {
  let pages = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(/^.*\) /);
      const processGroup = Number(rest.split(' ')[2]);
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      if (processGroup !== group.pid || !command.split('\0')[0]?.endsWith('workerd')) continue;
      pages += Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    } catch (error) {
      // The process has ended since it was listed.
      if (!['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
  return pages * 4096;
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

interface Launched {
  readonly child: ChildProcess;
  readonly url: string;
  log(): string;
}

function spawnWrangler(
  state: string,
  what: readonly string[],
  port: string,
  log: 'info' | 'warn',
): ChildProcess {
  const args = ['dev', ...what, '--port', port, '--inspector-port', '0', '--ip', '127.0.0.1'];
  args.push('--persist-to', state, '--show-interactive-dev-session=false');
  return spawn(process.execPath, [wrangler, ...args], {
    stdio: ['ignore', log === 'info' ? 'pipe' : 'ignore', log === 'info' ? 'pipe' : 'inherit'],
    detached: true,
    env: { ...process.env, ...(log === 'warn' && { WRANGLER_LOG: log }) },
  });
}

/** Chooses the port and polls it: without a log wrangler reports neither. */
async function launchQuietly(
  state: string,
  what: readonly string[],
  port?: string,
): Promise<Launched> {
  const chosen = port ?? String(await freePort());
  const child = spawnWrangler(state, what, chosen, 'warn');
  const url = `http://127.0.0.1:${chosen}`;
  for (let i = 0; i < 120; i++) {
    // Rejects until the server listens.
    if (await fetch(url).then(() => true, () => false)) return { child, url, log: () => '' };
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  killGroup(child);
  throw new Error('wrangler dev was not ready in 60 s');
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function launchWithLog(
  state: string,
  what: readonly string[],
  port: string,
): Promise<Launched> {
  const child = spawnWrangler(state, what, port, 'info');
  let log = '';
  const url = await new Promise<string>((resolve, reject) => {
    const fail = (why: string) => {
      clearTimeout(timer);
      killGroup(child);
      reject(new Error(`wrangler dev ${why}\n${log}`));
    };
    const timer = setTimeout(() => fail('was not ready in 60 s'), 60_000);
    const read = (data: { toString(): string }) => {
      log = (log + data).slice(-8000);
      const ready = /Ready on (http:\/\/\S+)/.exec(log);
      if (!ready?.[1]) return;
      clearTimeout(timer);
      child.off('exit', ended);
      resolve(ready[1]);
    };
    const ended = (code: number | null) => fail(`ended with ${code}`);
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', ended);
  });
  return { child, url, log: () => log };
}
