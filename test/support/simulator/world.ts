import { limits } from '../../../protocol/limits.ts';
import type { Format } from '../../../worker/core/render/reader.ts';
import { Random } from '../random.ts';
import { ProcessKilled, StatementFailure } from './disk.ts';
import { erase } from './edits.ts';
import * as invariants from './invariants.ts';
import { HostileClient } from './hostile-client.ts';
import { EdgepadClient } from './edgepad-client.ts';
import type { SimulatedClient } from './simulated-client.ts';
import { Service } from './service.ts';
import type { Socket } from './socket.ts';
import { StockClient } from './stock-client.ts';
import { ensure, Violation } from './violation.ts';

const formats: readonly Format[] = ['html', 'md', 'txt', 'json', 'page'];

/** The parameters of a world. */
export interface WorldOptions {
  readonly seed: number;
  /** One letter per client: `e` for an `edgepad.v1` client, `s` for a stock one. */
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
  readonly #seed: number;

  constructor({ seed, clients, rowBytes, tailRows }: WorldOptions) {
    this.#seed = seed;
    setLimits({ rowBytes, tailRows });
    this.service = new Service();
    this.clients = [...clients].map((kind, at) =>
      kind === 'e'
        ? new EdgepadClient(this.service, `edgepad ${at}`, seed * 100 + at)
        : new StockClient(this.service, `stock ${at}`, seed * 100 + at)
    );
    this.hostile = new HostileClient(this.service);
  }

  dispose(): void {
    for (const client of this.clients) client.dispose();
    this.service.reference.doc.destroy();
    this.service.disk.dispose();
    setLimits(this.#limits);
  }

  client(at: number): SimulatedClient {
    return this.clients[at % this.clients.length] as SimulatedClient; // never empty
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
    for (let round = 0; round < 200; round++) {
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
      service.compact(false);
      invariants.checkLog(service);
      for (const format of formats) service.read(format, []);
    }
  }
}

function setLimits(values: Partial<Record<keyof typeof limits, number>>): void {
  // The limits are constants only for the compiler; nothing else changes them.
  Object.assign(limits as Record<string, number>, values);
}

interface Action {
  /** Draws the numbers of an event. */
  draw(random: Random, world: World): number[];
  run(world: World, a: number, b: number): void;
}

const anyClient = (random: Random, world: World) => random.below(world.clients.length);
const anySeed = (random: Random) => random.below(10_000);
const isBusy = ({ peer, toRoom, toPeer }: Socket) =>
  peer === null || toRoom.length + toPeer.length > 0;
const hasFrames = (socket: Socket) => socket.toRoom.length > 0;
const hasDeliveries = (socket: Socket) => socket.peer !== null && socket.toPeer.length > 0;

function action(draw: Action['draw'], run: Action['run']): Action {
  return { draw, run };
}

/** All events by verb. An event that is impossible at the moment has no effect. */
export const verbs = {
  /** Client a edits the document; b is the seed. */
  edit: action(
    (random, world) => [anyClient(random, world), anySeed(random)],
    (world, a, b) => world.client(a).edit(b),
  ),
  /** Client a deletes something; b is the seed. */
  erase: action(
    (random, world) => [anyClient(random, world), anySeed(random)],
    (world, a, b) => erase(world.client(a).doc, new Random(b)),
  ),
  /** Client a moves the cursor. */
  present: action(
    (random, world) => [anyClient(random, world), anySeed(random)],
    (world, a, b) => world.client(a).present(b),
  ),
  connect: action(
    (random, world) => [anyClient(random, world)],
    (world, a) => world.client(a).connect(),
  ),
  /** Client a loses its connection; the service does not know yet. */
  cut: action(
    (random, world) => [anyClient(random, world)],
    (world, a) => world.client(a).cut(),
  ),
  /** The service learns that a connection has ended. */
  notice: action((random) => [random.below(5)], (world, a) => {
    const socket = world.socket(a, ({ peer }) => peer === null);
    if (socket) world.service.loseConnection(socket);
  }),
  /** Client a reloads, with its offline copy if b is 1. */
  reload: action(
    (random, world) => [anyClient(random, world), random.below(2)],
    (world, a, b) => world.client(a).reload(b === 1),
  ),
  /** Client a sends the last frame twice. */
  repeat: action(
    (random, world) => [anyClient(random, world)],
    (world, a) => world.client(a).repeat(),
  ),
  /** Delivers b frames of one client to the room. */
  up: action((random) => [random.below(5), 1 + random.below(3)], (world, a, b) => {
    const socket = world.socket(a, hasFrames);
    for (; socket && b > 0 && socket.toRoom.length > 0; b--) world.up(socket);
  }),
  /** Delivers b frames to one client. */
  down: action((random) => [random.below(5), 1 + random.below(4)], (world, a, b) => {
    const socket = world.socket(a, hasDeliveries);
    while (socket && b-- > 0) socket.deliver();
  }),
  /** A hostile client connects and sends one frame. */
  attack: action(
    (random) => [anySeed(random)],
    (world, a) => world.hostile.attack(a, world.clients),
  ),
  /** A reader requests format a. */
  read: action(
    (random) => [random.below(formats.length), random.below(2)],
    (world, a) => void world.service.read(formats[a] ?? 'html', []),
  ),
  pass: action(
    (random) => [random.pick([1, 10, 20, 60, 1000, 16_000, 40_000])],
    (world, a) => {
      world.service.pass(a);
      for (const client of world.clients) client.tick();
    },
  ),
  evict: action(() => [], (world) => world.service.evict()),
  /** Kills the process between two turns. */
  crash: action((random) => [anySeed(random)], (world, a) => {
    const random = new Random(a);
    world.service.crash((frames) => random.below(frames + 1));
  }),
  /** The a-th statement from now fails. */
  fail: action(
    (random) => [1 + random.below(8)],
    (world, a) => world.service.disk.injectFault(a, new StatementFailure(`statement ${a} fails`)),
  ),
  /** Kills the process at the a-th statement from now. */
  die: action(
    (random) => [1 + random.below(12)],
    (world, a) => world.service.disk.injectFault(a, new ProcessKilled(`killed at statement ${a}`)),
  ),
  /**
   * Compacts the log; if a is 0, only when it is due. The b-th statement of the compaction fails; if b
   * is negative, the process is killed there.
   */
  compact: action(
    (random) => [random.below(2), random.pick([0, 1, -1]) * (1 + random.below(16))],
    (world, a, b) => {
      const { service } = world;
      if (b > 0) {
        service.disk.injectFault(b, new StatementFailure(`statement ${b} of a compaction fails`));
      }
      if (b < 0) {
        service.disk.injectFault(
          -b,
          new ProcessKilled(`killed at statement ${-b} of a compaction`),
        );
      }
      service.compact(a === 0);
      if (b !== 0) service.disk.clearFault();
      if (!service.isSlow) invariants.checkLog(service);
    },
  ),
  slowDown: action(() => [], (world) => world.service.slowDown()),
  catchUp: action(() => [], (world) => world.service.catchUp()),
  /** Sets the wall clock forward or back. */
  skew: action((random) => [random.pick([-3_600_000, -5, 0, 5000, 3_600_000])], (world, a) => {
    world.service.clock.skew = a;
  }),
  /**
   * Deletes the document and reloads its pages. They restore it under new client ids from their copies,
   * unless these have pending structs, which could never be completed.
   */
  wipe: action(() => [], (world) => {
    world.service.wipe();
    for (const client of world.clients) {
      const { pendingStructs, pendingDs } = client.doc.store;
      client.reload(!pendingStructs && !pendingDs);
    }
  }),
};

export type Verb = keyof typeof verbs;
