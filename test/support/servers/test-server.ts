import { startDenoServer } from './deno-server.ts';
import { startDevServer } from './dev-server.ts';

/** Where the service runs. */
export type HostName = 'cloudflare' | 'deno';

/** A real server, in a process group of its own, over a folder of its own. */
export interface TestServer {
  /** Where it listens: `http://127.0.0.1:PORT`. The port stays the same across restarts. */
  readonly url: string;
  /** What its processes hold in memory beside each other, in bytes (resident set). Linux only. */
  memory(): number;
  /** SIGKILL to all its processes at once: nothing of it gets to run another instruction. */
  kill(): Promise<void>;
  /** Starts it again on the same folder and port. */
  restart(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/** `settings` are variables of its environment; without them everything is open to this machine. */
export function startServer(
  host: HostName,
  { settings = {} }: { settings?: Readonly<Record<string, string>> } = {},
): Promise<TestServer> {
  if (host === 'cloudflare') return startDevServer({ settings });
  const { EDGEPAD_OPEN, ...env } = settings;
  return startDenoServer({ open: EDGEPAD_OPEN !== '', env });
}
