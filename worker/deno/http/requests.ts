import { MemoryAddressRateLimiter } from '../../access/abuse-limits.ts';
import { isLoopbackAddress } from '../../access/loopback.ts';
import { networkOf } from '../../access/network.ts';
import { createApp } from '../../app.ts';
import type { AddressWork } from '../../core/work/address-work.ts';
import { EdgeCache, type SharedCache } from '../../cache/edge-cache.ts';
import { MemoryCache } from '../../cache/memory-cache.ts';
import type { AccessSettings } from '../../access/settings.ts';
import { ByteBudget } from '../../http/byte-budget.ts';
import { CountBudget } from '../../http/count-budget.ts';
import { limitBody } from '../../http/limited-body.ts';
import { limitAnswer } from '../../http/limited-answer.ts';
import { overloaded } from '../../http/problem.ts';
import { Addresses } from './addresses.ts';
import { Assets } from './assets.ts';
import type { Documents } from '../documents.ts';
import { LocalHandle } from '../handle.ts';
import type { JobPool } from '../jobs/job-pool.ts';
import type { Metrics } from '../metrics.ts';
import type { ProcessLimits } from '../process-limits.ts';
import { ReadRate } from '../sockets/read-rate.ts';
import type { StorageHealth } from '../storage-health.ts';
import type { Exchange } from './server.ts';
import { paceBody } from './pace-body.ts';
import { Upgrades } from './upgrades.ts';

const MiB = 1024 * 1024;
/** Connections of one client. */
const maxPerClient = 1_000;
/** Answers up to this size are not counted, in bytes. */
const smallAnswerBytes = 64 * 1024;

/** There is one process, so that its memory is the whole cache. */
const noSharedCache: SharedCache = {
  match: () => Promise.resolve(undefined),
  put: () => Promise.resolve(),
  delete: () => Promise.resolve(false),
};

interface RequestHandlerOptions {
  readonly settings: AccessSettings;
  readonly metrics: Metrics;
  readonly documents: Documents;
  readonly addresses: Addresses;
  readonly limits: ProcessLimits;
  readonly jobs: Pick<JobPool, 'write'>;
  readonly storage: Pick<StorageHealth, 'check'>;
  /** The maximum number of connections. */
  readonly maxConnections: number;
  /** The folder of the built pages. */
  readonly web: string;
  report(event: string, details: Readonly<Record<string, unknown>>): void;
}

/** Answers requests with the routes, within the budgets of the process. */
export class RequestHandler {
  /** Requests in progress, event streams and WebSockets. */
  readonly connections: CountBudget;
  /** Bytes of bodies whose requests are not answered. A document file has at most 72 MiB. */
  readonly bodies = new ByteBudget({
    maxBytes: 256 * MiB,
    maxBytesPerClient: 80 * MiB,
    freeBytes: MiB / 16,
  });
  /** Bytes of answers that clients have not read. */
  readonly answers = new ByteBudget({
    maxBytes: 256 * MiB,
    maxBytesPerClient: 80 * MiB,
    freeBytes: MiB / 4,
  });
  readonly #addresses: Addresses;
  readonly #addressWork: AddressWork;
  readonly #assets: Assets;
  readonly #upgrades: Upgrades;
  readonly #app: ReturnType<typeof createApp>;

  constructor(options: RequestHandlerOptions) {
    const { settings, metrics, documents, addresses, limits, storage, web, report } = options;
    const { maxConnections, jobs } = options;
    this.connections = new CountBudget(maxConnections, Math.min(maxPerClient, maxConnections / 2));
    this.#addresses = addresses;
    this.#addressWork = limits.addressWork;
    this.#assets = new Assets(web);
    const upgrades = this.#upgrades = new Upgrades({ metrics, report });
    this.#app = createApp((name) => new LocalHandle(name, documents, upgrades), {
      ...settings,
      asset: (path) => this.#assets.get(path),
      health: () => {
        if (this.#isOverloaded) return 'overloaded';
        return storage.check() ? 'ok' : 'read-only';
      },
      cache: new EdgeCache(new MemoryCache(), noSharedCache, () => {}),
      limiter: new MemoryAddressRateLimiter(),
      addressOf: (request) => addresses.of(request),
      writeContent: (name, source) => jobs.write(name, source),
      refuseUpgrade: (_, refusal) =>
        upgrades.defer(refusal.subprotocol, (socket) => upgrades.refuse(socket, refusal)),
    });
  }

  /** A response with status 101 stands for a connection that has become a WebSocket. */
  async handle(
    request: Request,
    { peer, completed, upgrade }: Exchange,
  ): Promise<Response> {
    const address = this.#addresses.find(request, peer);
    const client = networkOf(address);
    // Requests of this machine that name no client are the operator's, or a proxy's own.
    const limited = isLoopbackAddress(address) ? null : client;
    const release = this.connections.take(limited);
    if (!release) return overloaded().toResponse();
    const work = limited === null ? null : this.#addressWork.of(limited);
    if (work && work.wait(0, performance.now()) > 0) {
      release();
      return overloaded().toResponse();
    }
    work?.charge(1, performance.now());
    try {
      completed.then(release, release);
      const { pathname } = new URL(request.url);
      if (pathname.startsWith('/assets/') && /^(GET|HEAD)$/.test(request.method)) {
        return await this.#assets.serve(request, pathname);
      }
      const rate = new ReadRate(work);
      const response = await this.#respond(request, { address, client, rate });
      if (this.#upgrades.has(response)) {
        return this.#upgrades.complete(request, response, { upgrade, client, rate });
      }
      return this.#withinBudget(response, client);
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Whether requests of a new client would get 503. */
  get #isOverloaded(): boolean {
    const { connections, bodies, answers, messages } = this;
    // The connection of this request is one of them.
    return connections.used >= connections.limit ||
      [bodies, answers, messages].some(({ isSpent }) => isSpent);
  }

  /** Bytes of incomplete messages on WebSockets. */
  get messages(): ByteBudget {
    return this.#upgrades.messages;
  }

  /** Runs the routes. The body counts until they have answered. */
  async #respond(
    request: Request,
    { address, client, rate }: {
      readonly address: string;
      readonly client: string;
      readonly rate: ReadRate;
    },
  ): Promise<Response> {
    const share = this.bodies.open(client);
    let routed = request;
    if (routed.body) {
      const body = limitBody(paceBody(routed.body, rate), share, () => performance.now());
      routed = new Request(routed, { body });
    }
    this.#addresses.note(routed, address);
    try {
      return await this.#app.fetch(routed);
    } finally {
      share.release();
    }
  }

  /** Counts the answer until the client has read it. Replaces it by 503 when the budget is spent. */
  #withinBudget(response: Response, client: string): Response {
    const header = response.headers.get('content-length');
    const length = header === null ? null : Number(header);
    const isStream = response.headers.get('content-type') === 'text/event-stream';
    // What has neither is a page or JSON of some kilobytes.
    if (!response.body || !(isStream || (length !== null && length > smallAnswerBytes))) {
      return response;
    }
    const share = this.answers.open(client);
    if (length !== null && !share.take(length)) {
      response.body.cancel().catch(() => {});
      return overloaded().toResponse();
    }
    const body = limitAnswer(response.body, { share, length, now: () => performance.now() });
    return new Response(body, response);
  }
}
