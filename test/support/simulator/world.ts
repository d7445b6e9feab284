import { limits } from '../../../protocol/limits.ts';
import type { Format } from '../../../worker/core/render/reader.ts';
import { Random } from '../random.ts';
import { Death, DiskFault } from './disk.ts';
import { erase } from './edits.ts';
import * as invariants from './invariants.ts';
import { Mallory } from './hostile-client.ts';
import { OurClient } from './our-client.ts';
import type { Person } from './person.ts';
import { Service } from './service.ts';
import type { Socket } from './socket.ts';
import { StockClient } from './stock-client.ts';
import { require, Violation } from './violation.ts';

const formats: readonly Format[] = ['html', 'md', 'txt', 'json', 'page'];

/** What a world is made of. */
export interface Cast {
  readonly seed: number;
  /** One letter each: `o` for our client, `s` for a stock one. */
  readonly people: string;
  /** Small, so that updates and snapshots lie in parts. */
  readonly rowBytes: number;
  /** Small, so that compaction falls due. */
  readonly tailRows: number;
}

/** The cast of the world that belongs to a seed. */
export function castOf(seed: number): Cast {
  const random = new Random(seed);
  const people = Array.from({ length: 2 + random.below(4) }, () => random.pick(['o', 'o', 's']));
  return {
    seed,
    people: people.join(''),
    rowBytes: random.pick([24, 60, 200, limits.rowBytes]),
    tailRows: random.pick([4, 12, 40, limits.tailRows]),
  };
}

/** One service, the people who use it, and the network between them. */
export class World {
  readonly service: Service;
  readonly people: Person[];
  readonly mallory: Mallory;
  readonly #limits = { ...limits };
  readonly #seed: number;

  constructor({ seed, people, rowBytes, tailRows }: Cast) {
    this.#seed = seed;
    setLimits({ rowBytes, tailRows });
    this.service = new Service();
    this.people = [...people].map((kind, at) =>
      kind === 'o'
        ? new OurClient(this.service, `our ${at}`, seed * 100 + at)
        : new StockClient(this.service, `stock ${at}`, seed * 100 + at)
    );
    this.mallory = new Mallory(this.service);
  }

  dispose(): void {
    for (const person of this.people) person.dispose();
    this.service.ledger.doc.destroy();
    this.service.disk.dispose();
    setLimits(this.#limits);
  }

  person(at: number): Person {
    return this.people[at % this.people.length] as Person; // never empty
  }

  /** The n-th of the sockets that have something to deliver. */
  socket(at: number, isBusy: (socket: Socket) => boolean): Socket | undefined {
    const busy = this.service.sockets.filter(isBusy);
    return busy[at % busy.length];
  }

  /** A frame reaches the room. Whoever is honest is never refused. */
  up(socket: Socket): void {
    const { service, mallory } = this;
    const { accidents, ledger } = service;
    const isHostile = mallory.owns(socket);
    const check = isHostile ? mallory.watch(socket) : null;
    const wasOpen = socket.isOpen;
    service.receive(socket);
    check?.();
    if (!wasOpen || isHostile || socket.isOpen || service.accidents > accidents) return;
    if (ledger !== service.ledger) return;
    const close = socket.toPeer.at(-1);
    throw new Violation('L', `an honest client is refused: ${JSON.stringify(close)}`);
  }

  /** A quiet hour: everybody is connected, everything arrives, nothing fails. */
  drain(): void {
    const { service } = this;
    service.disk.disarm();
    service.catchUp();
    this.mallory.leave();
    this.settle();
    // Long enough for a stock client to renew its presence, and to forget whoever does not.
    for (let renewals = 0; renewals < 3; renewals++) {
      service.pass(16_000);
      for (const person of this.people) person.tick();
      this.settle();
    }
  }

  /** Delivers until nothing is under way and nothing waits. */
  settle(): void {
    const { service } = this;
    for (let round = 0; round < 200; round++) {
      for (const person of this.people) {
        person.tick();
        person.connect();
      }
      const sockets = [...service.sockets];
      if (!sockets.some(isUnderWay) && service.clock.waiting === 0) return;
      for (const socket of sockets) {
        for (let frames = socket.toRoom.length; frames > 0; frames--) this.up(socket);
        for (let parcels = socket.toPeer.length; parcels > 0; parcels--) socket.deliver();
        if (!socket.peer) service.notice(socket);
      }
      if (!sockets.some(isUnderWay)) service.pass(100);
    }
    throw new Violation('L', 'the world does not come to rest');
  }

  /** Everything that has to hold in the end. */
  check(): void {
    const { service, people } = this;
    this.drain();
    // Whoever comes new gets all, and may by coming clean up what the others have then to hear of.
    people.push(
      new OurClient(service, 'newcomer', this.#seed * 100 + 98),
      new StockClient(service, 'stock newcomer', this.#seed * 100 + 99),
    );
    this.drain();
    for (const person of people) {
      require(person.isSynced, 'L', () => `${person.name} is not synced`);
      invariants.checkSame(service.ledger, person.doc, person.name);
    }
    invariants.checkPresence(people);
    invariants.checkLog(service);
    invariants.checkKnown(service.log.state, service.ledger, 'the log in use');
    for (const format of formats) service.read(format, []);
    const { version } = service.ledger;
    if (version > 0) {
      service.compact(false);
      invariants.checkLog(service);
      for (const format of formats) service.read(format, []);
    }
  }
}

function setLimits(values: Partial<Record<keyof typeof limits, number>>): void {
  // They are constants for the compiler alone; nothing but a small world ever changes them.
  Object.assign(limits as Record<string, number>, values);
}

interface Action {
  /** The numbers an event of this kind carries. */
  draw(random: Random, world: World): number[];
  run(world: World, a: number, b: number): void;
}

const anybody = (random: Random, world: World) => random.below(world.people.length);
const anything = (random: Random) => random.below(10_000);
const isUnderWay = ({ peer, toRoom, toPeer }: Socket) =>
  peer === null || toRoom.length + toPeer.length > 0;
const hasMail = (socket: Socket) => socket.toRoom.length > 0;
const hasParcels = (socket: Socket) => socket.peer !== null && socket.toPeer.length > 0;

function action(draw: Action['draw'], run: Action['run']): Action {
  return { draw, run };
}

/** All that can happen. What cannot happen at the moment does nothing. */
export const verbs = {
  /** Person a changes the document; b says how. */
  edit: action(
    (random, world) => [anybody(random, world), anything(random)],
    (world, a, b) => world.person(a).edit(b),
  ),
  /** Person a deletes something; b says what. */
  erase: action(
    (random, world) => [anybody(random, world), anything(random)],
    (world, a, b) => erase(world.person(a).doc, new Random(b)),
  ),
  /** Person a moves the cursor. */
  present: action(
    (random, world) => [anybody(random, world), anything(random)],
    (world, a, b) => world.person(a).present(b),
  ),
  connect: action(
    (random, world) => [anybody(random, world)],
    (world, a) => world.person(a).connect(),
  ),
  /** Person a loses the connection; the service does not know yet. */
  cut: action(
    (random, world) => [anybody(random, world)],
    (world, a) => world.person(a).cut(),
  ),
  /** The service hears that a connection is gone. */
  notice: action((random) => [random.below(5)], (world, a) => {
    const socket = world.socket(a, ({ peer }) => peer === null);
    if (socket) world.service.notice(socket);
  }),
  /** Person a starts anew, with what was kept offline where b is 1. */
  reload: action(
    (random, world) => [anybody(random, world), random.below(2)],
    (world, a, b) => world.person(a).reload(b === 1),
  ),
  /** Person a sends the last frame twice. */
  repeat: action(
    (random, world) => [anybody(random, world)],
    (world, a) => world.person(a).repeat(),
  ),
  /** b frames of one client reach the room. */
  up: action((random) => [random.below(5), 1 + random.below(3)], (world, a, b) => {
    const socket = world.socket(a, hasMail);
    for (; socket && b > 0 && socket.toRoom.length > 0; b--) world.up(socket);
  }),
  /** b frames reach one client. */
  down: action((random) => [random.below(5), 1 + random.below(4)], (world, a, b) => {
    const socket = world.socket(a, hasParcels);
    while (socket && b-- > 0) socket.deliver();
  }),
  /** Somebody hostile connects and sends one frame. */
  attack: action(
    (random) => [anything(random)],
    (world, a) => world.mallory.attack(a, world.people),
  ),
  /** Somebody polls format a; where b is 1 with the last tag. */
  read: action(
    (random) => [random.below(formats.length), random.below(2)],
    (world, a) => void world.service.read(formats[a] ?? 'html', []),
  ),
  pass: action(
    (random) => [random.pick([1, 10, 20, 60, 1000, 16_000, 40_000])],
    (world, a) => {
      world.service.pass(a);
      for (const person of world.people) person.tick();
    },
  ),
  evict: action(() => [], (world) => world.service.evict()),
  /** The process dies between two turns. */
  crash: action((random) => [anything(random)], (world, a) => {
    const random = new Random(a);
    world.service.crash((frames) => random.below(frames + 1));
  }),
  /** The n-th statement from now fails. */
  fail: action(
    (random) => [1 + random.below(8)],
    (world, a) => world.service.disk.trap(a, new DiskFault(`statement ${a} fails`)),
  ),
  /** The process dies at the n-th statement from now. */
  die: action(
    (random) => [1 + random.below(12)],
    (world, a) => world.service.disk.trap(a, new Death(`killed at statement ${a}`)),
  ),
  /**
   * The log is compacted; where a is 0 only if it is due. The b-th statement of it fails, or the
   * process dies there if b is negative.
   */
  compact: action(
    (random) => [random.below(2), random.pick([0, 1, -1]) * (1 + random.below(16))],
    (world, a, b) => {
      const { service } = world;
      if (b > 0) service.disk.trap(b, new DiskFault(`statement ${b} of a compaction fails`));
      if (b < 0) service.disk.trap(-b, new Death(`killed at statement ${-b} of a compaction`));
      service.compact(a === 0);
      if (b !== 0) service.disk.disarm();
      if (!service.isSlow) invariants.checkLog(service);
    },
  ),
  slowDown: action(() => [], (world) => world.service.slowDown()),
  catchUp: action(() => [], (world) => world.service.catchUp()),
  /** The wall clock is set to something else. */
  skew: action((random) => [random.pick([-3_600_000, -5, 0, 5000, 3_600_000])], (world, a) => {
    world.service.clock.skew = a;
  }),
  /**
   * The document is deleted and its pages are loaded anew. They bring back what they hold, under new
   * ids, if it is whole: else nothing could heal it.
   */
  wipe: action(() => [], (world) => {
    world.service.wipe();
    for (const person of world.people) {
      const { pendingStructs, pendingDs } = person.doc.store;
      person.reload(!pendingStructs && !pendingDs);
    }
  }),
};

export type Verb = keyof typeof verbs;
