import type { TestProject } from 'vitest/node';
import process from 'node:process';
import { buildWeb } from '../../scripts/run-build.mjs';
import { type HostName, startServer } from './servers/test-server.ts';

/**
 * One server for all files of a project that need no crash; `inject('service')` is its address, and
 * `inject('host')` what it runs on.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // The preparation of `npm test` has just done it.
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
