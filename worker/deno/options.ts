import { parseArgs } from 'node:util';

/** How the service is started. */
export interface Options {
  /** The address it listens on. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** The folder the documents lie in. */
  readonly data: string;
  /** Whether every document is open to this machine. */
  readonly open: boolean;
  /** Addresses of proxies that may say for whom they ask; one on this machine always may. */
  readonly proxies: readonly string[];
  /** The port on 127.0.0.1 that tells figures; null for none. */
  readonly metrics: number | null;
  /** The folder that a backup is written to on SIGUSR2; null for none. */
  readonly backup: string | null;
}

export const usage = `deno task start [--host 127.0.0.1] [--port 8787] [--data ./data] [--open]
  --host     the address to listen on
  --port     the port to listen on; 0 takes a free one
  --data     the folder the documents lie in, one file each
  --open     for development: every name opens as a document that anybody on this machine may edit
  --proxy    the address of a reverse proxy on another machine, which tells who asks; for several,
             with commas between
  --metrics  a port on 127.0.0.1 that tells figures to Prometheus
  --backup   a folder that every document is copied to whenever SIGUSR2 comes
`;

/** Reads the command line. Throws a SyntaxError with a sentence where it is wrong. */
export function readOptions(args: readonly string[]): Options {
  const { host, port, data, open, proxy, metrics, backup } = parse(args);
  if (open && !isLoopback(host)) {
    throw new SyntaxError(
      `--open lets everybody who reaches the service edit every document, so it takes a loopback ` +
        `address only. Leave --host ${host} out, or leave --open out and set EDGEPAD_TOKEN_SECRETS.`,
    );
  }
  return {
    host,
    port: portOf('--port', port),
    data,
    open,
    proxies: proxy.split(',').filter(Boolean),
    metrics: metrics === undefined ? null : portOf('--metrics', metrics),
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
    // What Node throws for an option it does not know.
    if (error instanceof TypeError) throw new SyntaxError(error.message);
    throw error;
  }
}

function portOf(option: string, text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65535) return port;
  throw new SyntaxError(`${option} takes a number from 0 to 65535, not "${text}"`);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}
