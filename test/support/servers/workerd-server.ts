import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { build } from 'esbuild';
import { freePort } from './dev-server.ts';

const wrangler = createRequire(import.meta.url).resolve('wrangler');
/** The workerd that wrangler depends on. */
const workerd: string = createRequire(wrangler)('workerd').default;

/** The runtime without wrangler: one process, and no proxy in front of the Worker. */
export interface WorkerdServer {
  readonly url: string;
  readonly pid: number;
  /** Resident set size in bytes. Linux only. */
  memory(): number;
  stop(): Promise<void>;
}

/**
 * Starts the service on workerd without wrangler, with its own data folder, in open mode. Unlike a
 * deployment it has no rate limits, its shared cache is always empty (the isolate's cache works), and
 * all documents share one thread. `inspector` is the port of its inspector, where the service has the
 * function `gc`.
 */
export async function startWorkerd(
  { inspector }: { readonly inspector?: number } = {},
): Promise<WorkerdServer> {
  const folder = mkdtempSync(join(tmpdir(), 'edgepad-'));
  mkdirSync(join(folder, 'documents'));
  await build({
    entryPoints: ['worker/cloudflare/main.ts'],
    outfile: join(folder, 'index.js'),
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*'],
    logLevel: 'error',
  });
  const port = await freePort();
  writeFileSync(join(folder, 'cache.js'), cacheWithoutAnything);
  writeFileSync(join(folder, 'config.capnp'), configuration(folder, port));
  const args = ['serve', join(folder, 'config.capnp')];
  if (inspector !== undefined) args.push(`--inspector-addr=127.0.0.1:${inspector}`);
  const child = spawn(workerd, args, { stdio: 'inherit' });
  const end = () => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', end);
  const url = `http://127.0.0.1:${port}`;
  while (!await fetch(`${url}/healthz`).then(({ ok }) => ok, () => false)) {
    if (child.exitCode !== null) throw new Error(`workerd ended with ${child.exitCode}`);
    await pause(100);
  }
  return {
    url,
    pid: child.pid!, // it has answered
    memory: () => Number(readFileSync(`/proc/${child.pid}/statm`, 'utf8').split(' ')[1]) * 4096,
    async stop() {
      child.kill('SIGKILL');
      await once(child, 'exit');
      process.off('exit', end);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const cacheWithoutAnything = `export default {
  fetch: ({ method }) => method === 'PUT'
    ? new Response(null, { status: 204 })
    : new Response(null, { status: 504, headers: { 'cf-cache-status': 'MISS' } }),
};`;

/** @see https://github.com/cloudflare/workerd/blob/main/src/workerd/server/workerd.capnp */
const configuration = (folder: string, port: number) => `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  v8Flags = ["--expose-gc"],
  services = [
    (name = "service", worker = .service),
    (name = "cache", worker = .cache),
    (name = "assets", disk = (path = "${resolve('dist/web')}")),
    (name = "documents", disk = (path = "${folder}/documents", writable = true)),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "service")],
);
const cache :Workerd.Worker = (
  modules = [(name = "cache.js", esModule = embed "cache.js")],
  compatibilityDate = "2026-04-26",
);
const service :Workerd.Worker = (
  modules = [(name = "index.js", esModule = embed "index.js")],
  compatibilityDate = "2026-04-26",
  bindings = [
    (name = "DOCUMENTS", durableObjectNamespace = "DocumentDurableObject"),
    (name = "ASSETS", service = "assets"),
    (name = "EDGEPAD_OPEN", text = "loopback"),
  ],
  durableObjectNamespaces = [
    (className = "DocumentDurableObject", uniqueKey = "edgepad", enableSql = true),
  ],
  durableObjectStorage = (localDisk = "documents"),
  cacheApiOutbound = "cache",
);
`;
