import type { Random } from '../random.ts';
import { type Verb, verbs, type World } from './world.ts';

/** One thing that happens, as data: it can be printed, left out, and played again. */
export type Event = readonly [verb: Verb, ...numbers: number[]];

/** How often each thing happens, against the others. */
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

/** How many events are drawn by the same odds. */
const phase = 25;

/**
 * Draws events for one world. How often which, is drawn anew from time to time: so there are times
 * when everybody types and times when things only break.
 */
export class Script {
  readonly #random: Random;
  /** What is bound to happen next. */
  readonly #scene: Event[] = [];
  #left = 0;
  #odds: number[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  /** The next event, which may turn out to be one that cannot happen just now. */
  next(world: World): Event {
    const random = this.#random;
    if (this.#scene.length === 0 && random.chance(0.004)) this.#scene.push(...nap(random, world));
    const event = this.#scene.shift();
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
 * Somebody is away while others only delete and the log is compacted: what they have missed is
 * nothing that a state vector tells. Chance alone brings this about too seldom.
 */
function nap(random: Random, world: World): Event[] {
  const [sleeper, other] = [random.below(world.people.length), random.below(world.people.length)];
  const sent = world.people.map((): Event => ['up', 0, 50]);
  const arrives = world.people.map((): Event => ['down', 0, 50]);
  const erase = (): Event => ['erase', other, random.below(10_000)];
  const exchange: Event[] = [...sent, ['pass', 60], ...arrives];
  return [
    ['connect', sleeper],
    ['connect', other],
    ...exchange,
    ...exchange,
    ...sent,
    ['cut', sleeper],
    erase(),
    erase(),
    ...sent,
    ['compact', 1, 0],
    ['connect', sleeper],
  ];
}
