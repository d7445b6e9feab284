/** The command `deno task start`: starts the service, and stops it on SIGTERM and SIGINT. */
import { fileURLToPath } from 'node:url';
import { type AccessEnvironment, readSettings } from '../access/settings.ts';
import { StorageError } from '../core/sql.ts';
import { faultOf, log } from './log.ts';
import { type Options, readOptions, usage } from './options.ts';
import { type Service, startService } from './service.ts';
import { FileInUseError } from './sql.ts';

const variables = [
  'EDGEPAD_TOKEN_SECRETS',
  'EDGEPAD_CREATION',
  'EDGEPAD_ORIGINS',
  'EDGEPAD_PUBLIC_URL',
  'EDGEPAD_LOG',
] as const;

/** The service reads its own code when it starts a thread for large documents. */
const code = ['../../worker', '../../protocol'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url))
);

const web = fileURLToPath(new URL('../../dist/web', import.meta.url));

/** Serves the metrics on a separate port of this machine, so that no proxy publishes them. */
function serveMetrics(service: Service, port: number): void {
  const headers = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' };
  Deno.serve({ hostname: '127.0.0.1', port, onListen: () => {} }, (request) => {
    if (URL.parse(request.url)?.pathname !== '/metrics') return new Response(null, { status: 404 });
    return new Response(service.metrics(), { headers });
  });
}

/** The settings from environment variables. Open mode is an option only: see `--open`. */
function readEnvironment({ open }: Options): AccessEnvironment {
  const found: Record<string, string> = open ? { EDGEPAD_OPEN: 'loopback' } : {};
  for (const name of variables) {
    const value = Deno.env.get(name);
    if (value !== undefined) found[name] = value;
  }
  return found;
}

function fail(message: string): never {
  console.error(message);
  Deno.exit(1);
}

/** Why the data folder cannot be used, and what to do; null for another error. */
function problemOfFolder(data: string, error: unknown): string | null {
  if (error instanceof FileInUseError) return error.message;
  const { code, message } = error as Error & { readonly code?: string };
  // Not every error of SQLite has an `errcode`.
  if (/not a database|malformed/.test(message)) {
    return `Cannot read ${data}/edgepad.sqlite: ${message}. It contains only timers: remove it.`;
  }
  const isPath = error instanceof StorageError || error instanceof Deno.errors.PermissionDenied ||
    error instanceof Deno.errors.NotADirectory || code === 'EROFS' || code === 'ENOSPC';
  if (!isPath && code !== 'ERR_SQLITE_ERROR') return null;
  return `Cannot write in the data folder ${data}: ${message}. ` +
    'Make it writable for this user, or choose another with --data.';
}

async function start(options: Options): Promise<Service> {
  try {
    const settings = readSettings(readEnvironment(options));
    return await startService({
      ...options,
      web,
      settings,
      onFailure: () => {
        // A supervisor starts the service again.
        log('error', 'ended', { reason: 'The service cannot accept connections any more' });
        Deno.exit(1);
      },
    });
  } catch (error) {
    // A TypeError is about an invalid environment variable.
    if (error instanceof TypeError) fail(error.message);
    // Too few file descriptors.
    if (error instanceof RangeError) fail(error.message);
    if (error instanceof Deno.errors.NotCapable) fail(error.message);
    const problem = problemOfFolder(options.data, error);
    if (problem !== null) fail(problem);
    if ((error as { code?: unknown }).code === 'EADDRINUSE') {
      const address = `${options.host}:${options.port}`;
      fail(`Cannot listen on ${address}: the port is in use. Choose another with --port.`);
    }
    throw error;
  }
}

if (Deno.args.includes('--help')) {
  console.log(usage);
  Deno.exit();
}
let options: Options;
try {
  options = readOptions(Deno.args);
} catch (error) {
  if (!(error instanceof SyntaxError)) throw error;
  fail(`${error.message}\n\n${usage}`);
}
for (const path of code) {
  if (Deno.permissions.querySync({ name: 'read', path }).state !== 'granted') {
    fail(`Cannot start: the service must read its code. Add ${path} to --allow-read.`);
  }
}
const service = await start(options);
if (options.metrics !== null) serveMetrics(service, options.metrics);

// Without these handlers an unexpected error would end the process, and with it every connection.
globalThis.addEventListener('unhandledrejection', (event) => {
  event.preventDefault();
  log('error', 'unexpected error', faultOf(event.reason));
});
globalThis.addEventListener('error', (event) => {
  event.preventDefault();
  log('error', 'unexpected error', faultOf(event.error));
});

if (options.backup !== null) {
  const to = options.backup;
  let running: Promise<void> | null = null;
  Deno.addSignalListener('SIGUSR2', () => {
    running ??= service.backUp(to)
      .then(({ documents, failures }) => {
        for (const { document, error } of failures) {
          log('error', 'not backed up', { document, ...faultOf(error) });
        }
        const failed = failures.map(({ document }) => document);
        log(failed.length > 0 ? 'error' : 'info', 'backed up', { documents, failed, to });
      })
      .catch((error) => log('error', 'backup failed', faultOf(error)))
      .finally(() => running = null);
  });
}

let isStopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  Deno.addSignalListener(signal, async () => {
    if (isStopping) return;
    isStopping = true;
    log('info', 'stopping', { signal });
    await service.stop();
    log('info', 'stopped');
    Deno.exit();
  });
}
log('info', 'listening', { url: service.url, data: options.data, open: options.open });
