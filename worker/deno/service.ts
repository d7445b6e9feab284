import { MemoryAddressRateLimiter } from '../access/abuse-limits.ts';
import { verifyFreshToken } from '../access/token-principal.ts';
import type { AccessSettings } from '../access/settings.ts';
import { createApp } from '../app.ts';
import { EdgeCache, type SharedCache } from '../cache/edge-cache.ts';
import { MemoryCache } from '../cache/memory-cache.ts';
import { Addresses } from './addresses.ts';
import { Alarms } from './alarms.ts';
import { Assets } from './assets.ts';
import { Documents } from './documents.ts';
import { LocalHandle } from './handle.ts';
import { faultOf, log } from './log.ts';
import { Metrics } from './metrics.ts';
import type { Options } from './options.ts';
import { FileSql } from './sql.ts';
import { Upgrades } from './upgrades.ts';

/** How long to wait for clients to close their sockets when the service stops, in milliseconds. */
const shutdownGrace = 2_000;

/** There is one process, so that its memory is the whole cache. */
const noSharedCache: SharedCache = {
  match: () => Promise.resolve(undefined),
  put: () => Promise.resolve(),
  delete: () => Promise.resolve(false),
};

interface ServiceOptions extends Pick<Options, 'host' | 'port' | 'data' | 'proxies'> {
  readonly settings: AccessSettings;
  /** The folder of the built pages. */
  readonly web: string;
}

export interface Service {
  /** `http://HOST:PORT`, with the actual port. */
  readonly url: string;
  readonly documents: Documents;
  /** The metrics in Prometheus text format. */
  metrics(): string;
  /** Closes all sockets with 1012, waits briefly for the clients, and closes all files. */
  stop(): Promise<void>;
}

/** Starts the service on a data folder. Throws a FileInUseError if another one uses the folder. */
export function startService(
  { host, port, data, proxies, web, settings }: ServiceOptions,
): Service {
  Deno.mkdirSync(`${data}/documents`, { recursive: true });
  const metrics = new Metrics();
  const report = (event: string, { error, ...details }: Readonly<Record<string, unknown>>) => {
    metrics.count('faults');
    log('error', event, error === undefined ? details : { ...details, ...faultOf(error) });
  };
  const context = { metrics, report, settings };
  const { documents, alarms, lock } = openFolder(data, context);
  const addresses = new Addresses(proxies);
  const handle = requestHandler({ ...context, web, documents, addresses });
  let isStopping = false;
  const server = Deno.serve({
    hostname: host,
    port,
    onListen: () => {},
    onError(error) {
      report('request failed', { error });
      return new Response('Internal error\n', { status: 500 });
    },
  }, async (request, { remoteAddr }) => {
    const response = isStopping
      ? new Response(null, { status: 503, headers: { 'retry-after': '5' } })
      : await handle(request, remoteAddr);
    metrics.count('requests', 1, { status: String(response.status) });
    return response;
  });
  alarms.start();

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${server.addr.port}`,
    documents,
    metrics: () => metrics.toText(gauges(documents)),
    async stop() {
      isStopping = true;
      await closeSockets(documents);
      // Only now: it closes sockets with a code of its own. Not awaited: it would wait for event
      // streams, which stay open for minutes.
      void server.shutdown();
      alarms.stop();
      documents.close();
      lock.close();
    },
  };
}

interface ServiceContext {
  readonly metrics: Metrics;
  readonly settings: AccessSettings;
  report(event: string, details: Readonly<Record<string, unknown>>): void;
}

function openFolder(data: string, { metrics, report, settings }: ServiceContext) {
  // Open while the service runs, which locks the folder. NORMAL: an alarm that is lost in a power
  // failure is set again by the next update of its document.
  const lock = new FileSql(`${data}/edgepad.sqlite`, 'NORMAL');
  const alarms = new Alarms(lock, (name) => {
    metrics.count('alarms');
    documents.get(name).use((document) => document.alarm());
  }, (name, error) => report('alarm failed', { document: name, error }));
  const documents = new Documents(`${data}/documents`, {
    metrics,
    report,
    setAlarm: (name, time) => alarms.set(name, time),
    deleteAlarm: (name) => alarms.delete(name),
    verifyToken: (token, audience, name) =>
      verifyFreshToken(settings, token, { audience, document: name }),
  });
  return { documents, alarms, lock };
}

interface HandlerParts extends ServiceContext {
  readonly web: string;
  readonly documents: Documents;
  readonly addresses: Addresses;
}

function requestHandler({ metrics, report, settings, web, documents, addresses }: HandlerParts) {
  const assets = new Assets(web);
  const upgrades = new Upgrades({ metrics, report });
  const app = createApp((name) => new LocalHandle(name, documents, upgrades), {
    ...settings,
    asset: (path) => assets.get(path),
    cache: new EdgeCache(new MemoryCache(), noSharedCache, () => {}),
    limiter: new MemoryAddressRateLimiter(),
    addressOf: (request) => addresses.of(request),
    refuseUpgrade: (_, refusal) =>
      upgrades.defer(refusal.subprotocol, (socket) => upgrades.refuse(socket, refusal)),
  });

  return async (request: Request, peer: Deno.Addr): Promise<Response> => {
    const url = URL.parse(request.url);
    if (!url) return new Response('Bad request: invalid Host header\n', { status: 400 });
    if (url.pathname.startsWith('/assets/') && /^(GET|HEAD)$/.test(request.method)) {
      return await assets.serve(request, url.pathname);
    }
    // Deno does not normalize the path of a request: `/a/../b` must reach the route of `/b`.
    const normalized = url.href === request.url ? request : new Request(url, request);
    addresses.note(normalized, peer);
    return upgrades.complete(request, await app.fetch(normalized));
  };
}

function gauges(documents: Documents) {
  const all = [...documents];
  return {
    sockets: all.reduce((sum, { socketCount }) => sum + socketCount, 0),
    documents: all.length,
    unsent_bytes: all.reduce((sum, { unsentBytes }) => sum + unsentBytes, 0),
    memory_bytes: Deno.memoryUsage().rss,
  };
}

async function closeSockets(documents: Documents): Promise<void> {
  for (const document of documents) document.closeSockets();
  const deadline = performance.now() + shutdownGrace;
  while (performance.now() < deadline && [...documents].some((one) => !one.hasNoSockets)) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
