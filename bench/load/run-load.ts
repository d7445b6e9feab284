import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';

/**
 * Starts a program of this folder in a process of its own, so that making the load costs the
 * measuring process nothing. Resolves once it has said that it is at work.
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

/** Ends it, and returns what it has printed meanwhile. */
export async function stopLoad(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
