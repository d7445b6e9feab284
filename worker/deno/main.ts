/** The command `deno task start`: starts the service, and stops it on SIGTERM and SIGINT. */
import { fileURLToPath } from 'node:url';
import { type AccessEnvironment, readSettings } from '../access/settings.ts';
import { backUp } from './backup.ts';
import { faultOf, log } from './log.ts';
import { type Options, readOptions, usage } from './options.ts';
import { type Service, startService } from './service.ts';
import { FileInUseError } from './sql.ts';

const variables = [
  'EDGEPAD_TOKEN_SECRETS',
  'EDGEPAD_CREATION',
  'EDGEPAD_ORIGINS',
  'EDGEPAD_PUBLIC_URL',
] as const;

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

function start(options: Options): Service {
  try {
    const settings = readSettings(readEnvironment(options));
    return startService({
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
    if (error instanceof FileInUseError || error instanceof Deno.errors.NotCapable) {
      fail(error.message);
    }
    if (error instanceof Deno.errors.AddrInUse) {
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
const service = start(options);
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
    running ??= backUp(service.documents, options.data, to)
      .then((documents) => log('info', 'backed up', { documents, to }))
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
