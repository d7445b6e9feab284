import { MemoryAddressRateLimiter } from '../access/abuse-limits.ts';
import { verifyAgain } from '../access/access.ts';
import { createApp } from '../app.ts';
import { EdgeCache, type SharedCache } from '../cache/edge-cache.ts';
import { MemoryCache } from '../cache/memory-cache.ts';
import type { AccessSettings } from '../access/settings.ts';
import { Addresses } from './addresses.ts';
import { Alarms } from './alarms.ts';
import { Assets } from './assets.ts';
import { Documents } from './documents.ts';
import { LocalHandle } from './handles.ts';
import { faultOf, log } from './log.ts';
import { Metrics } from './metrics.ts';
import type { Options } from './options.ts';
import { FileSql } from './sql.ts';
import { Upgrades } from './upgrades.ts';

/** How long clients have to take note that the service ends, in milliseconds. */
const farewell = 2_000;

/** There is one process, and its memory is all the cache there is. */
const noSharedCache: SharedCache = {
  match: () => Promise.resolve(undefined),
  put: () => Promise.resolve(),
  delete: () => Promise.resolve(false),
};

export interface ServiceParts extends Pick<Options, 'host' | 'port' | 'data' | 'proxies'> {
  readonly settings: AccessSettings;
  /** The folder of the built pages. */
  readonly web: string;
}

export interface Service {
  /** `http://HOST:PORT`, with the real port. */
  readonly url: string;
  readonly documents: Documents;
  /** The figures, as Prometheus reads them. */
  figures(): string;
  /** Tells everybody to come back, waits a moment for them to hear it, closes all files. */
  stop(): Promise<void>;
}

/** The whole service over one data folder. Throws a FileInUseError where another runs on it. */
export function startService(
  { host, port, data, proxies, web, settings }: ServiceParts,
): Service {
  Deno.mkdirSync(`${data}/documents`, { recursive: true });
  const metrics = new Metrics();
  const assets = new Assets(web);
  const addresses = new Addresses(proxies);

  const report = (event: string, { error, ...details }: Readonly<Record<string, unknown>>) => {
    metrics.count('faults');
    log('error', event, error === undefined ? details : { ...details, ...faultOf(error) });
  };
  const upgrades = new Upgrades({ metrics, report });
  // Held open as long as the service runs, which keeps a second one from the folder. An alarm that a
  // power failure takes with it is set again by the next keystroke.
  const own = new FileSql(`${data}/edgepad.sqlite`, 'NORMAL');
  const alarms = new Alarms(own, (name) => {
    metrics.count('alarms');
    documents.get(name).use((document) => document.alarm());
  }, (name, error) => report('alarm failed', { document: name, error }));
  const documents = new Documents(`${data}/documents`, {
    metrics,
    report,
    setAlarm: (name, time) => alarms.set(name, time),
    forgetAlarm: (name) => alarms.forget(name),
    verifyToken: (token, audience, name) => verifyAgain(settings, token, audience, name),
  });
  const app = createApp((name) => new LocalHandle(name, documents, upgrades), {
    ...settings,
    asset: (path) => assets.get(path),
    cache: new EdgeCache(new MemoryCache(), noSharedCache, () => {}),
    limiter: new MemoryAddressRateLimiter(),
    addressOf: (request) => addresses.of(request),
    refuseUpgrade: (_, { code, reason, subprotocol }) =>
      upgrades.promise(subprotocol, (socket) => upgrades.refuse(socket, code, reason)),
  });

  let isStopping = false;
  const answer = async (request: Request, from: Deno.Addr): Promise<Response> => {
    const url = URL.parse(request.url);
    if (isStopping) return new Response(null, { status: 503, headers: { 'retry-after': '5' } });
    if (!url) return new Response('Bad request: no such host\n', { status: 400 });
    if (url.pathname.startsWith('/assets/') && /^(GET|HEAD)$/.test(request.method)) {
      return await assets.serve(request, url.pathname);
    }
    // Here addresses come as they were written: `/a/../b` is for everybody else `/b`.
    const plain = url.href === request.url ? request : new Request(url, request);
    addresses.note(plain, from);
    return upgrades.keep(request, await app.fetch(plain));
  };
  const server = Deno.serve({
    hostname: host,
    port,
    onListen: () => {},
    onError(error) {
      report('request failed', { error });
      return new Response('Something failed here\n', { status: 500 });
    },
  }, async (request, { remoteAddr }) => {
    const response = await answer(request, remoteAddr);
    metrics.count('requests', 1, { status: String(response.status) });
    return response;
  });
  alarms.start();

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${server.addr.port}`,
    documents,
    figures() {
      const all = [...documents];
      return metrics.toText({
        sockets: all.reduce((sum, { socketCount }) => sum + socketCount, 0),
        documents: all.length,
        unsent_bytes: all.reduce((sum, { unsentBytes }) => sum + unsentBytes, 0),
        memory_bytes: Deno.memoryUsage().rss,
      });
    },
    async stop() {
      isStopping = true;
      for (const document of documents) document.dismiss();
      const latest = Date.now() + farewell;
      while (Date.now() < latest && [...documents].some(({ isLeft }) => !isLeft)) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      // Not earlier: it closes sockets with a code of its own. Streams of events would hold up its end
      // for minutes, so nobody waits for it.
      void server.shutdown();
      alarms.stop();
      documents.close();
      own.close();
    },
  };
}
