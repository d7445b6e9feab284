import type { TestProject } from 'vitest/node';
import process from 'node:process';
import { buildWeb } from '../../scripts/run-build.mjs';
import { type HostName, startServer } from './servers/test-server.ts';

/**
 * Starts the server that all test files of a project share, unless they need to kill one.
 * `inject('service')` is its address, `inject('host')` its host.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // `npm test` has built the pages before.
  if (process.env.npm_lifecycle_event !== 'test') buildWeb();
  const host = project.name === 'deno' ? 'deno' : 'cloudflare';
  const server = await startServer(host);
  project.provide('service', server.url);
  project.provide('host', host);
  return () => server.stop();
}

declare module 'vitest' {
  interface ProvidedContext {
    service: string;
    host: HostName;
  }
}
