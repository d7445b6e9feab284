import { cloudflareTest } from '@cloudflare/vitest-pool-workers';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Many of them wait for a server, a browser or a clock more than they compute: on two cores three at
    // a time keep them busy.
    maxWorkers: 3,
    reporters: ['default', './test/support/closing-line.mjs'],
    projects: [
      {
        test: {
          name: 'pure',
          include: ['test/{protocol,worker,web}/**/*.test.ts', 'test/*.test.ts'],
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
          // Runs on Deno, where it has both hosts side by side.
          exclude: ['test/service/document-file.test.ts'],
          globalSetup: ['./test/support/service.setup.ts'],
          testTimeout: 120_000,
          // Real servers and browsers on machines with other work: what fails twice is wrong.
          retry: 1,
          hookTimeout: 60_000,
          // Stories over bad networks are mostly waiting.
          maxConcurrency: 20,
        },
      },
      {
        test: {
          name: 'deno',
          // All that a client can tell of a service, whatever it runs on, and what is Deno's own.
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
