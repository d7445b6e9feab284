import * as Y from 'yjs';
import { historyLimits, limits } from '../../../protocol/limits.ts';
import { compactionJob } from '../../../worker/core/log/update-log.ts';
import type { Format } from '../../../worker/core/render/reader.ts';
import { Random } from '../random.ts';
import * as invariants from './invariants.ts';
import { HostileClient } from './hostile-client.ts';
import { EdgepadClient } from './edgepad-client.ts';
import type { SimulatedClient } from './simulated-client.ts';
import { RawClient } from './raw-client.ts';
import { Service } from './service.ts';
import type { Socket } from './socket.ts';
import { StockClient } from './stock-client.ts';
import { ensure, Violation } from './violation.ts';

const kinds = {
  e: ['edgepad', EdgepadClient],
  s: ['stock', StockClient],
  r: ['script', RawClient],
} as const;

export const formats: readonly Format[] = ['html', 'md', 'txt', 'json', 'page'];

/** The parameters of a world. */
export interface WorldOptions {
  readonly seed: number;
  /** One letter per client: `e` for an `edgepad.v1` client, `s` for a stock one, `r` for a script. */
  readonly clients: string;
  /** Small, so that updates and snapshots are split into parts. */
  readonly rowBytes: number;
  /** Small, so that compactions become due. */
  readonly tailRows: number;
}

/** The world of a seed. */
export function optionsFor(seed: number): WorldOptions {
  const random = new Random(seed);
  const clients = Array.from({ length: 2 + random.below(4) }, () => random.pick(['e', 'e', 's']));
  if (new Random(seed ^ 0x5c1).chance(0.2)) clients.push('r');
  return {
    seed,
    clients: clients.join(''),
    rowBytes: random.pick([24, 60, 200, limits.rowBytes]),
    tailRows: random.pick([4, 12, 40, limits.tailRows]),
  };
}

/** One service, its clients, and the network between them. */
export class World {
  readonly service: Service;
  readonly clients: SimulatedClient[];
  readonly hostile: HostileClient;
  readonly #limits = { ...limits };
  readonly #historyLimits = { ...historyLimits };
  readonly #seed: number;

  constructor({ seed, clients, rowBytes, tailRows }: WorldOptions) {
    this.#seed = seed;
    setLimits(limits, { rowBytes, tailRows });
    setLimits(historyLimits, { pause: 10_000, interval: 60_000 });
    this.service = new Service();
    this.clients = [...clients].map((kind, at) => {
      const [name, Client] = kinds[kind as keyof typeof kinds];
      return new Client(this.service, `${name} ${at}`, seed * 100 + at);
    });
    this.hostile = new HostileClient(this.service);
  }

  dispose(): void {
    for (const client of this.clients) client.dispose();
    this.service.reference.doc.destroy();
    this.service.disk.dispose();
    setLimits(limits, this.#limits);
    setLimits(historyLimits, this.#historyLimits);
  }

  client(at: number): SimulatedClient {
    return this.clients[at % this.clients.length] as SimulatedClient; // never empty
  }

  /**
   * Client ids of honest clients: those that are present, and those that a member may write under so
   * that their owners can tell. These are not ids of a stock client that has structs which the service
   * lacks, or that the service does not know as their owner.
   */
  victims(): { readonly victims: number[]; readonly present: number[] } {
    const { reference, sockets } = this.service;
    const stock = this.clients.filter((client) => !client.speaksEdgepad);
    const entries = sockets.filter((socket) =>
      socket.isOpen && socket.peer !== null && !socket.hasVanished && !this.hostile.owns(socket)
    ).map((socket) => socket.attachment.presence);
    const present = entries.flatMap((entry) => entry?.state ? [entry.client] : []);
    const isOwned = (id: number) =>
      stock.every(({ doc }) =>
        Y.getState(doc.store, id) <= Y.getState(reference.doc.store, id) &&
        (doc.clientID !== id || present.includes(id))
      );
    const ids = [
      ...reference.doc.store.clients.keys(),
      ...this.clients.map(({ doc }) => doc.clientID),
    ];
    return { victims: [...new Set(ids)].filter(isOwned), present };
  }

  /** The n-th of the sockets that match, or none. */
  socket(at: number, isBusy: (socket: Socket) => boolean): Socket | undefined {
    const busy = this.service.sockets.filter(isBusy);
    return busy[at % busy.length];
  }

  /** Delivers a frame to the room, and checks that no honest client is closed. */
  up(socket: Socket): void {
    const { service, hostile } = this;
    const { faults, reference } = service;
    const isHostile = hostile.owns(socket);
    const check = isHostile ? hostile.watch(socket) : null;
    const wasOpen = socket.isOpen;
    service.receive(socket);
    check?.();
    if (!wasOpen || isHostile || socket.isOpen || service.faults > faults) return;
    if (reference !== service.reference) return;
    const close = socket.toPeer.at(-1);
    throw new Violation('L', `an honest client is closed: ${JSON.stringify(close)}`);
  }

  /** Connects every client and delivers everything, without faults. */
  drain(): void {
    const { service } = this;
    service.disk.clearFault();
    service.catchUp();
    this.hostile.leave();
    this.settle();
    // Long enough for a stock client to renew its presence, and to drop outdated entries.
    for (let renewals = 0; renewals < 3; renewals++) {
      service.pass(16_000);
      for (const client of this.clients) client.tick();
      this.settle();
    }
  }

  /** Delivers until nothing is in flight and no timer is pending. */
  settle(): void {
    const { service } = this;
    for (let round = 0; round < 400; round++) {
      for (const client of this.clients) {
        client.tick();
        client.connect();
      }
      const sockets = [...service.sockets];
      if (!sockets.some(isBusy) && service.clock.pendingTimers === 0) return;
      for (const socket of sockets) {
        for (let frames = socket.toRoom.length; frames > 0; frames--) this.up(socket);
        for (let deliveries = socket.toPeer.length; deliveries > 0; deliveries--) socket.deliver();
        if (!socket.peer) service.loseConnection(socket);
      }
      if (!sockets.some(isBusy)) service.pass(100);
    }
    throw new Violation('L', 'the world does not settle');
  }

  /** Checks every invariant at the end of a run. */
  check(): void {
    const { service, clients } = this;
    this.drain();
    // Before others join: that makes the service ask its clients again.
    for (const { isSynced, name } of clients) ensure(isSynced, 'L', () => `${name} is not synced`);
    this.#rest();
    if (service.log.exists) invariants.checkPresence(clients);
    // New clients must get everything. Joining may also clean up formatting, which the others then receive.
    clients.push(
      new EdgepadClient(service, 'new edgepad', this.#seed * 100 + 98),
      new StockClient(service, 'new stock', this.#seed * 100 + 99),
    );
    this.drain();
    for (const client of clients) {
      ensure(client.isSynced, 'L', () => `${client.name} is not synced`);
      invariants.checkSame(service.reference, client.doc, client.name);
    }
    invariants.checkPresence(clients);
    invariants.checkLog(service);
    invariants.checkLogState(service.log.state, service.reference, 'the log in use');
    for (const format of formats) service.read(format, []);
    const { version } = service.reference;
    if (version > 0) {
      const versions = service.versions();
      invariants.checkVersions(service, versions);
      const { attempts = 0 } = service.log.unfinished.get(compactionJob) ?? {};
      service.compact(false);
      // The fourth attempt makes no versions.
      if (attempts < 3) invariants.checkSameVersions(versions, service.versions());
      invariants.checkVersions(service, service.versions());
      invariants.checkLog(service);
      for (const format of formats) service.read(format, []);
    }
  }

  /**
   * Nothing happens any more. The room wakes a few times, and withdraws the presence of vanished
   * clients. One page is suspended; the others ping.
   */
  #rest(): void {
    const { service } = this;
    service.wakes = 0;
    while (service.alarmAt < Infinity) {
      const { version } = service.reference;
      service.evict();
      if (service.wakes > 0) {
        service.pass(Math.max(0, service.alarmAt - service.clock.now - 1000));
        for (const client of this.clients.slice(1)) client.tick();
      }
      service.pass(Math.max(0, service.alarmAt - service.clock.now));
      this.settle();
      // An answer may contain the formatting that Yjs has cleaned up: that is activity.
      if (service.reference.version > version) service.wakes = 0;
      invariants.checkWakes(service);
    }
  }
}

function setLimits<T extends object>(
  target: T,
  values: Partial<Record<keyof T, number>>,
): void {
  // The limits are constants only for the compiler; nothing else changes them.
  Object.assign(target, values);
}

const isBusy = ({ peer, toRoom, toPeer }: Socket) =>
  peer === null || toRoom.length + toPeer.length > 0;
