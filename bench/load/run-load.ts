import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';

/**
 * Starts a program of this folder in its own process, so that the load does not slow the measuring
 * process. Resolves when the program prints `ready`.
 */
export async function startLoad(program: string, ...args: string[]): Promise<ChildProcess> {
  const script = join(process.cwd(), 'scripts/bench.mjs');
  const child = spawn(process.execPath, [script, `load/${program}`, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.once('exit', () => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

/** Ends it and returns its output. */
export async function stopLoad(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
