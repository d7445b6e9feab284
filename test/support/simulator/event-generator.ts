import type { Random } from '../random.ts';
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
  read: 4,
  evict: 3,
  crash: 1.5,
  fail: 2,
  die: 2,
  compact: 4,
  slowDown: 2,
  catchUp: 3,
  skew: 1,
  wipe: 0.8,
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
  /** A prepared sequence that comes next. */
  readonly #sequence: Event[] = [];
  #left = 0;
  #odds: number[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  /** The next event. It may be one that has no effect at the moment. */
  next(world: World): Event {
    const random = this.#random;
    if (this.#sequence.length === 0 && random.chance(0.004)) {
      this.#sequence.push(...missedDeletions(random, world));
    }
    const event = this.#sequence.shift();
    if (event) return event;
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
  const arrives = world.clients.map((): Event => ['down', 0, 50]);
  const erase = (): Event => ['erase', other, random.below(10_000)];
  const exchange: Event[] = [...sent, ['pass', 60], ...arrives];
  return [
    ['connect', offline],
    ['connect', other],
    ...exchange,
    ...exchange,
    ...sent,
    ['cut', offline],
    erase(),
    erase(),
    ...sent,
    ['compact', 1, 0],
    ['connect', offline],
  ];
}
