import type { TestProject } from 'vitest/node';
import { startDevServer } from './dev-server.ts';

/** One server for all files that need no crash; `inject('service')` is its address. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startDevServer();
  project.provide('service', server.url);
  return () => server.stop();
}

declare module 'vitest' {
  interface ProvidedContext {
    service: string;
  }
}
