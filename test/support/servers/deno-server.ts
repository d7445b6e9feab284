import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { findDeno, serviceArguments } from '../../../scripts/deno-command.mjs';
import type { TestServer } from './test-server.ts';

/** A server on Deno. */
interface DenoServer extends TestServer {
  /** The data folder. */
  readonly data: string;
  /** Of the process that runs now. */
  readonly pid: number;
  /** Sends SIGTERM. Returns the exit code and the log. */
  terminate(): Promise<{ code: number | null; log: string }>;
}

interface DenoServerOptions {
  readonly open?: boolean;
  readonly metrics?: string;
  /** The folder of backups. */
  readonly backup?: string;
  /** The port of its inspector, where the service has the function `gc`. */
  readonly inspector?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Where to create the data folder. */
  readonly parent?: string;
}

/** Starts the service on Deno, with its usual permissions and options of its command line. */
export async function startDenoServer(options: DenoServerOptions = {}): Promise<DenoServer> {
  const data = mkdtempSync(join(options.parent ?? tmpdir(), 'edgepad-'));
  let running = await launch(data, '0', options);
  const { url } = running;
  const { port } = new URL(url);
  const end = () => {
    running.child.kill('SIGKILL');
    rmSync(data, { recursive: true, force: true });
  };
  // Also when the test run is interrupted.
  process.once('exit', end);
  const endBy = async (signal: NodeJS.Signals) => {
    const { child } = running;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  };
  return {
    url,
    data,
    get pid() {
      return running.child.pid!; // it has answered
    },
    log: () => running.log(),
    memory: () => residentBytes(running.child),
    kill: () => endBy('SIGKILL'),
    async terminate() {
      await endBy('SIGTERM');
      return { code: running.child.exitCode, log: running.log() };
    },
    async restart() {
      running = await launch(data, port, options);
    },
    async stop() {
      await endBy('SIGKILL');
      process.off('exit', end);
      rmSync(data, { recursive: true, force: true });
    },
  };
}

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  log(): string;
}

async function launch(
  data: string,
  port: string,
  { open = true, metrics, backup, inspector, env = {} }: DenoServerOptions,
): Promise<Running> {
  const more = { ...(metrics && { metrics }), ...(backup && { backup }) };
  const [command = 'run', ...args] = serviceArguments({ port, data, open, ...more });
  const inspect = inspector === undefined
    ? []
    : [`--inspect=127.0.0.1:${inspector}`, '--v8-flags=--expose-gc'];
  const child = spawn(findDeno(), [command, ...inspect, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let log = '';
  const url = await new Promise<string>((resolve, reject) => {
    const fail = (why: string) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`Deno ${why}\n${log}`));
    };
    const timer = setTimeout(() => fail('was not ready in 60 s'), 60_000);
    const ended = (code: number | null) => fail(`ended with ${code}`);
    const read = (chunk: { toString(): string }) => {
      log = (log + chunk).slice(-20_000);
      const listening = /"event":"listening","url":"(\S+?)"/.exec(log)?.[1];
      if (!listening) return;
      clearTimeout(timer);
      child.off('exit', ended);
      resolve(listening);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', ended);
  });
  return { child, url, log: () => log };
}

function residentBytes(child: ChildProcess): number {
  return Number(readFileSync(`/proc/${child.pid}/statm`, 'utf8').split(' ')[1]) * 4096;
}
