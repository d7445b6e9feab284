import { verifyFreshToken } from '../access/token-principal.ts';
import type { AccessSettings } from '../access/settings.ts';
import { StorageError } from '../core/sql.ts';
import { Addresses } from './http/addresses.ts';
import { Alarms } from './alarms.ts';
import { backUp, type BackupResult } from './backup.ts';
import { Documents } from './documents.ts';
import { faultOf, log } from './log.ts';
import { JobPool } from './jobs/job-pool.ts';
import { type Budgets, Metrics } from './metrics.ts';
import type { Options } from './options.ts';
import { RequestHandler } from './http/requests.ts';
import { HttpServer } from './http/server.ts';
import { countConnections, type TcpConnections } from './http/tcp-connections.ts';
import { ProcessLimits } from './process-limits.ts';
import { FileSql } from './sql.ts';
import { StorageHealth } from './storage-health.ts';
import { makeFolder } from './sync-folder.ts';

/** How long to wait for clients to close their sockets when the service stops, in milliseconds. */
const shutdownGrace = 2_000;

interface ServiceOptions extends Pick<Options, 'host' | 'port' | 'data' | 'proxies'> {
  readonly settings: AccessSettings;
  /** The folder of the built pages. */
  readonly web: string;
  /** The service can no longer accept connections. */
  onFailure?(): void;
}

export interface Service {
  /** `http://HOST:PORT`, with the actual port. */
  readonly url: string;
  readonly documents: Documents;
  /** The metrics in Prometheus text format. */
  metrics(): string;
  /** Exports every document into a folder; see {@link backUp}. */
  backUp(to: string): Promise<BackupResult>;
  /** Closes all sockets with 1012, waits briefly for the clients, and closes all files. */
  stop(): Promise<void>;
}

/** Starts the service on a data folder. Throws a FileInUseError if another one uses the folder. */
export async function startService(
  { host, port, data, proxies, web, settings, onFailure = () => {} }: ServiceOptions,
): Promise<Service> {
  makeFolder(`${data}/documents`);
  const metrics = new Metrics();
  const report = (event: string, { error, ...details }: Readonly<Record<string, unknown>>) => {
    metrics.count('faults');
    log('error', event, error === undefined ? details : { ...details, ...faultOf(error) });
  };
  const storage = new StorageHealth(`${data}/documents`, report);
  storage.start();
  const jobs = new JobPool();
  const context = { metrics, report, settings, storage, jobs, limits: new ProcessLimits() };
  const { documents, alarms, lock } = openFolder(data, context);
  const addresses = new Addresses(proxies);
  // Not a database: closing a file drops every lock that this process has on it (fcntl).
  const probe = Deno.makeTempFileSync({ dir: data });
  const maxConnections = countConnections(() => {
    const file = Deno.openSync(probe);
    return () => file.close();
  });
  Deno.removeSync(probe);
  const requests = new RequestHandler({ ...context, web, documents, addresses, maxConnections });
  let isStopping = false;
  const server = new HttpServer({
    maxConnections,
    report,
    onFailure,
    async handle(request, exchange) {
      const response = isStopping
        ? new Response(null, { status: 503, headers: { 'retry-after': '5' } })
        : await requests.handle(request, exchange);
      metrics.count('requests', 1, { status: String(response.status) });
      return response;
    },
  });
  const close = () => {
    storage.stop();
    documents.close();
    lock.close();
  };
  const listening = await server.listen({ host, port }).catch((error) => {
    close();
    throw error;
  });
  alarms.start();
  const lastBackup = { time: 0, failures: 0 };

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${listening}`,
    documents,
    metrics() {
      const { time, failures } = lastBackup;
      const measured = {
        ...gauges(documents),
        storage_writable: storage.isWritable ? 1 : 0,
        backup_time_seconds: time / 1000,
        backup_failed_documents: failures,
      };
      return metrics.toText(measured, {
        ...context.limits.budgets(),
        ...budgets(requests, server.connections),
        job_bytes: { used: jobs.used, limit: jobs.limit },
      });
    },
    async backUp(to) {
      const result = await backUp(documents, data, to);
      lastBackup.time = Date.now();
      lastBackup.failures = result.failures.length;
      return result;
    },
    async stop() {
      isStopping = true;
      await closeSockets(documents);
      server.close();
      alarms.stop();
      await jobs.close();
      close();
    },
  };
}

interface ServiceContext {
  readonly metrics: Metrics;
  readonly limits: ProcessLimits;
  readonly settings: AccessSettings;
  readonly storage: StorageHealth;
  readonly jobs: JobPool;
  report(event: string, details: Readonly<Record<string, unknown>>): void;
}

function openFolder(data: string, context: ServiceContext) {
  const { metrics, report, settings, storage, limits, jobs } = context;
  // An open database locks the folder while the service runs. NORMAL: an alarm that is lost in a power
  // failure is set again by the next update of its document.
  const lock = new FileSql(`${data}/edgepad.sqlite`, { synchronous: 'NORMAL' });
  const storageFailed = (name: string, error: StorageError) => {
    metrics.count('failed_writes');
    // A full disk is reported once; a file that this user may not write, for each write.
    if (storage.writeFailed()) report('not stored', { document: name, error });
  };
  const alarms = new Alarms(lock, (name) => {
    metrics.count('alarms');
    documents.get(name).use((document) => document.alarm());
  }, (name, error) => {
    if (error instanceof StorageError) storageFailed(name, error);
    else report('alarm failed', { document: name, error });
  });
  const documents = new Documents(`${data}/documents`, {
    limits,
    metrics,
    report,
    jobs,
    setAlarm: (name, time) => alarms.set(name, time),
    deleteAlarm: (name) => alarms.delete(name),
    verifyToken: (token, audience, name) =>
      verifyFreshToken(settings, token, { audience, document: name }),
    storageFailed,
    trace: settings.trace,
  });
  return { documents, alarms, lock };
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

function budgets(
  { connections, bodies, answers, messages }: RequestHandler,
  tcp: TcpConnections,
): Budgets {
  return {
    tcp_connections: { used: tcp.used, limit: tcp.limit },
    connections: { used: connections.used, limit: connections.limit },
    body_bytes: { used: bodies.used, limit: bodies.maxBytes },
    message_bytes: { used: messages.used, limit: messages.maxBytes },
    answer_bytes: { used: answers.used, limit: answers.maxBytes },
  };
}

async function closeSockets(documents: Documents): Promise<void> {
  for (const document of documents) document.closeSockets();
  const deadline = performance.now() + shutdownGrace;
  while (performance.now() < deadline && [...documents].some((one) => !one.hasNoSockets)) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
