import type { Random } from '../random.ts';
import { forgeries } from './forged-messages.ts';
import { type Verb, verbs } from './verbs.ts';
import type { World } from './world.ts';

/** An event as data, which can be printed, omitted and replayed. */
export type Event = readonly [verb: Verb, ...numbers: number[]];

/** The relative frequency of each verb. */
const weights: Readonly<Record<Verb, number>> = {
  edit: 60,
  erase: 20,
  up: 60,
  down: 60,
  connect: 12,
  present: 8,
  pass: 20,
  cut: 4,
  notice: 6,
  reload: 2,
  repeat: 3,
  attack: 4,
  forge: 8,
  read: 4,
  evict: 3,
  crash: 1.5,
  fail: 2,
  die: 2,
  compact: 2,
  startCompaction: 3,
  finishJob: 3,
  slowDown: 2,
  catchUp: 3,
  skew: 1,
  wipe: 0.8,
  // Drawn apart, so that it does not change the rest of a run.
  vanish: 0,
};

const all = Object.keys(weights) as Verb[];

/** Count of events that are drawn with the same odds. */
const phase = 25;

/**
 * Draws events for one world. The odds change from phase to phase, so that some phases consist of typing
 * and others of faults.
 */
export class EventGenerator {
  readonly #random: Random;
  readonly #vanishing: Random;
  /** A prepared sequence that comes next. */
  readonly #sequence: Event[] = [];
  #left = 0;
  #odds: number[] = [];

  /** `vanishing` decides which machines vanish. */
  constructor(random: Random, vanishing: Random) {
    this.#random = random;
    this.#vanishing = vanishing;
  }

  /** The next event. It may be one that has no effect at the moment. */
  next(world: World): Event {
    const random = this.#random;
    if (this.#sequence.length === 0 && random.chance(0.008)) {
      const draw = random.pick([missedDeletions, stolenClocks]);
      this.#sequence.push(...draw(random, world));
    }
    const event = this.#sequence.shift();
    if (event) return event;
    if (this.#vanishing.chance(0.006)) {
      return ['vanish', ...verbs.vanish.draw(this.#vanishing, world)];
    }
    const verb = this.#verb();
    return [verb, ...verbs[verb].draw(random, world)];
  }

  #verb(): Verb {
    if (this.#left-- === 0) {
      this.#left = phase;
      this.#odds = all.map((verb) => weights[verb] * this.#random.pick([0, 0.3, 1, 1, 3]));
    }
    let at = this.#random.next() * this.#odds.reduce((sum, odds) => sum + odds, 0);
    for (const [index, verb] of all.entries()) {
      at -= this.#odds[index] ?? 0;
      if (at < 0) return verb;
    }
    return 'edit';
  }
}

/**
 * One client is offline while another one deletes and the log is compacted. A state vector does not show
 * what it missed. This is too rare in random events.
 */
function missedDeletions(random: Random, world: World): Event[] {
  const [offline, other] = [random.below(world.clients.length), random.below(world.clients.length)];
  const sent = world.clients.map((): Event => ['up', 0, 50]);
  const erase = (): Event => ['erase', other, random.below(10_000)];
  return [
    ['connect', offline],
    ['connect', other],
    ...exchanged(world),
    ...sent,
    ['cut', offline],
    erase(),
    erase(),
    ...sent,
    ['compact', 1, 0],
    ['connect', offline],
  ];
}

/** Everything in flight arrives, twice. */
function exchanged({ clients }: World): Event[] {
  const sent = clients.map((): Event => ['up', 0, 50]);
  const arrives = clients.map((): Event => ['down', 0, 50]);
  const exchange: Event[] = [...sent, ['pass', 60], ...arrives];
  return [...exchange, ...exchange];
}

/**
 * A member writes under the client id of another client while that client types, online or offline. The
 * text of one takes the clocks of the other.
 */
function stolenClocks(random: Random, world: World): Event[] {
  const victim = random.below(world.clients.length);
  const [isOffline, erases, compacts] = [0, 0, 0].map(() => random.chance(0.5));
  const forge = (name: keyof typeof forgeries): Event => [
    'forge',
    Object.keys(forgeries).indexOf(name),
    2 * random.below(2 ** 20),
  ];
  const edit = (): Event => ['edit', victim, random.below(10_000)];
  return [
    ['connect', victim],
    ['present', victim, 1],
    ...exchanged(world),
    ...(isOffline ? [['cut', victim] as const, ['notice', 0] as const] : []),
    edit(),
    edit(),
    ...(erases ? [['erase', victim, random.below(10_000)] as const] : []),
    ...Array.from(
      { length: world.clients.length },
      () => forge('the next clocks of another client'),
    ),
    ...(erases ? [forge('everything deleted')] : []),
    ...(compacts ? [['compact', 1, 0] as const] : []),
    edit(),
    ['connect', victim],
  ];
}
