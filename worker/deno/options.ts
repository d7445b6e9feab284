import { parseArgs } from 'node:util';
import { isLoopbackAddress } from '../access/loopback.ts';

/** The options of the command line. */
export interface Options {
  /** The address to listen on. */
  readonly host: string;
  /** The port to listen on; 0 for any free one. */
  readonly port: number;
  /** The data folder. */
  readonly data: string;
  /** Open mode: whether requests from this machine may edit every document. */
  readonly open: boolean;
  /** Addresses of trusted proxies, in addition to those of this machine. */
  readonly proxies: readonly string[];
  /** The port on 127.0.0.1 for the metrics; null for none. */
  readonly metrics: number | null;
  /** The folder for backups, which SIGUSR2 starts; null for none. */
  readonly backup: string | null;
}

export const usage = `deno task start [--host 127.0.0.1] [--port 8787] [--data ./data] [--open]
  --host     the address to listen on
  --port     the port to listen on; 0 for any free one
  --data     the data folder, with one file per document
  --open     for development: requests from this machine may edit every document
  --proxy    the address of a trusted reverse proxy on another machine; separate several with commas
  --metrics  a port on 127.0.0.1 that serves metrics to Prometheus
  --backup   a folder to export all documents to on each SIGUSR2
`;

/** Parses the command line. Throws a SyntaxError with a message for the user. */
export function readOptions(args: readonly string[]): Options {
  const { host, port, data, open, proxy, metrics, backup } = parse(args);
  if (open && host !== 'localhost' && !isLoopbackAddress(host)) {
    throw new SyntaxError(
      `--open lets anyone who can connect edit every document, so it requires a loopback address. ` +
        `Remove --host ${host}, or replace --open with EDGEPAD_TOKEN_SECRETS.`,
    );
  }
  return {
    // Otherwise the server resolves it, and needs the permission to listen on what it finds.
    host: host === 'localhost' ? '127.0.0.1' : host,
    port: parsePort('--port', port),
    data,
    open,
    proxies: proxy.split(',').filter(Boolean),
    metrics: metrics === undefined ? null : parsePort('--metrics', metrics),
    backup: backup ?? null,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        host: { type: 'string', default: '127.0.0.1' },
        port: { type: 'string', default: '8787' },
        data: { type: 'string', default: './data' },
        open: { type: 'boolean', default: false },
        proxy: { type: 'string', default: '' },
        metrics: { type: 'string' },
        backup: { type: 'string' },
      },
    }).values;
  } catch (error) {
    // Thrown for an unknown option.
    if (error instanceof TypeError) throw new SyntaxError(error.message);
    throw error;
  }
}

function parsePort(option: string, text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65535) return port;
  throw new SyntaxError(`${option} must be a number from 0 to 65535, not "${text}"`);
}
