import { startDenoServer } from './deno-server.ts';
import { startDevServer } from './dev-server.ts';

/** The host that runs the service. */
export type HostName = 'cloudflare' | 'deno';

/** A server in a process group and a temporary folder of its own. */
export interface TestServer {
  /** `http://127.0.0.1:PORT`. The port stays the same across restarts. */
  readonly url: string;
  /** The end of its log; empty for a quiet server. */
  log(): string;
  /** The resident memory of its processes, in bytes. Linux only. */
  memory(): number;
  /** Sends SIGKILL to all its processes at once. */
  kill(): Promise<void>;
  /** Starts it again with the same folder and port. */
  restart(): Promise<void>;
  /** Kills it and removes its folder. */
  stop(): Promise<void>;
}

/** `settings` are environment variables; the default is open mode. */
export function startServer(
  host: HostName,
  { settings = {} }: { settings?: Readonly<Record<string, string>> } = {},
): Promise<TestServer> {
  if (host === 'cloudflare') return startDevServer({ settings });
  const { EDGEPAD_OPEN, ...env } = settings;
  return startDenoServer({ open: EDGEPAD_OPEN !== '', env });
}
