import { Random } from '../random.ts';
import { StorageError } from '../../../worker/core/sql.ts';
import { ProcessKilled, StatementFailure } from './disk.ts';
import { erase } from './edits.ts';
import { forgeries } from './forged-messages.ts';
import * as invariants from './invariants.ts';
import type { Socket } from './socket.ts';
import { formats, type World } from './world.ts';

interface Action {
  /** Draws the numbers of an event. */
  draw(random: Random, world: World): number[];
  run(world: World, a: number, b: number): void;
}

const anyClient = (random: Random, world: World) => random.below(world.clients.length);
const anySeed = (random: Random) => random.below(10_000);
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
  /**
   * The machine of client a vanishes: nothing closes its connection. If b is 1, it starts anew. The
   * network reports the end of a client that cannot be asked whether it is alive.
   */
  vanish: action(
    (random, world) => [anyClient(random, world), random.below(2)],
    (world, a, b) => {
      const { speaksEdgepad, socket } = world.client(a);
      if (speaksEdgepad || socket?.attachment.answersProbes) world.client(a).vanish();
      else world.client(a).cut();
      if (b === 1) world.client(a).reload(true);
    },
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
  /** A hostile member sends the forgery a; b is the seed. Forgeries with an even seed arrive at once. */
  forge: action(
    (random) => [random.below(Object.keys(forgeries).length), random.below(2 ** 30)],
    (world, a, b) => world.hostile.forge(a, b, world),
  ),
  /** A reader requests format a. If b is 1, an editor has named the version. */
  read: action(
    (random) => [random.below(formats.length), random.below(2)],
    (world, a, b) => {
      if (b === 1) world.service.nameVersion();
      world.service.read(formats[a] ?? 'html', []);
    },
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
  /** The a-th statement from now fails; if a is even, because the disk is full. */
  fail: action(
    (random) => [1 + random.below(8)],
    (world, a) => {
      const Failure = a % 2 === 0 ? StorageError : StatementFailure;
      world.service.disk.injectFault(a, new Failure(`statement ${a} fails`));
    },
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
  /** Hands the log over for a compaction; if a is 0, only when it is due. */
  startCompaction: action(
    (random) => [random.below(2)],
    (world, a) => world.service.startCompaction(a === 0),
  ),
  /** Ends the oldest job. The b-th statement fails; if b is negative, the process is killed there. */
  finishJob: action(
    (random) => [0, random.pick([0, 1, -1]) * (1 + random.below(16))],
    (world, _, b) => {
      const { service } = world;
      if (b > 0) service.disk.injectFault(b, new StatementFailure(`statement ${b} of a job fails`));
      if (b < 0) {
        service.disk.injectFault(-b, new ProcessKilled(`killed at statement ${-b} of a job`));
      }
      service.finishJob();
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
   * unless these have pending structs, which could never be completed, or are those of stock clients
   * that may have what a member has forged: only Edgepad clients resolve forks.
   */
  wipe: action(() => [], (world) => {
    world.service.wipe();
    for (const client of world.clients) {
      const { pendingStructs, pendingDs } = client.doc.store;
      const mayBeForked = !client.speaksEdgepad && world.hostile.hasForged;
      client.reload(!pendingStructs && !pendingDs && !mayBeForked);
    }
  }),
};

export type Verb = keyof typeof verbs;
