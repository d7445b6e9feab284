import { cloudflareTest } from '@cloudflare/vitest-pool-workers';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Most tests wait for a server, a browser or a clock: three workers keep two cores busy.
    maxWorkers: 3,
    reporters: ['./test/support/summary-reporter.mjs'],
    // Prints what tests log only if they fail.
    silent: 'passed-only',
    projects: [
      {
        test: {
          name: 'pure',
          include: ['test/{protocol,content,worker,web}/**/*.test.ts', 'test/*.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        plugins: [cloudflareTest({ wrangler: { configPath: './wrangler.toml' } })],
        test: {
          name: 'workerd',
          include: ['test/cloudflare/**/*.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'service',
          include: ['test/service/**/*.test.ts', 'test/browser/**/*.test.ts'],
          // The project "deno" runs it, because it needs both hosts.
          exclude: ['test/service/document-file.test.ts'],
          globalSetup: ['./test/support/service.setup.ts'],
          testTimeout: 120_000,
          // Real servers and browsers on a busy machine: a test fails if it fails twice.
          retry: 1,
          hookTimeout: 60_000,
          // Tests over a slow network mostly wait.
          maxConcurrency: 20,
        },
      },
      {
        test: {
          name: 'deno',
          // The service suite against the Deno host, and the tests of that host.
          include: ['test/service/**/*.test.ts', 'test/support/deno-tests.ts'],
          globalSetup: ['./test/support/service.setup.ts'],
          testTimeout: 120_000,
          retry: 1,
          hookTimeout: 60_000,
          maxConcurrency: 20,
        },
      },
    ],
  },
});
