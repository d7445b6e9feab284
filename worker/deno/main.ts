/** The service on Deno: reads the command line, starts, and ends when it is told to. */
import { fileURLToPath } from 'node:url';
import { backUp } from './backup.ts';
import { faultOf, log } from './log.ts';
import { type Options, readOptions, usage } from './options.ts';
import { type AccessEnvironment, readSettings } from '../access/settings.ts';
import { type Service, startService } from './service.ts';
import { FileInUseError } from './sql.ts';

const variables = [
  'EDGEPAD_TOKEN_SECRETS',
  'EDGEPAD_CREATION',
  'EDGEPAD_ORIGINS',
  'EDGEPAD_PUBLIC_URL',
] as const;

const web = fileURLToPath(new URL('../../dist/web', import.meta.url));

/** A port of its own, on this machine only: it never passes through a proxy by mistake. */
function tellFigures(service: Service, port: number): void {
  const headers = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' };
  Deno.serve({ hostname: '127.0.0.1', port, onListen: () => {} }, (request) => {
    if (URL.parse(request.url)?.pathname !== '/metrics') return new Response(null, { status: 404 });
    return new Response(service.figures(), { headers });
  });
}

/** What the service may know of its environment. Open mode is not in there: see --open. */
function environment({ open }: Options): AccessEnvironment {
  const found: Record<string, string> = open ? { EDGEPAD_OPEN: 'loopback' } : {};
  for (const name of variables) {
    const value = Deno.env.get(name);
    if (value !== undefined) found[name] = value;
  }
  return found;
}

function fail(sentence: string): never {
  console.error(sentence);
  Deno.exit(1);
}

function start(options: Options): Service {
  try {
    return startService({ ...options, web, settings: readSettings(environment(options)) });
  } catch (error) {
    // What cannot be meant in the environment comes as a TypeError, with a sentence.
    if (error instanceof TypeError) fail(error.message);
    if (error instanceof FileInUseError || error instanceof Deno.errors.NotCapable) {
      fail(error.message);
    }
    if (error instanceof Deno.errors.AddrInUse) {
      fail(`Cannot listen on ${options.host}:${options.port}: another program does already.`);
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
if (options.metrics !== null) tellFigures(service, options.metrics);

// The last resort: better a line in the log than everybody's connection.
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
