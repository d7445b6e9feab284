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
  wipe: 0.3,
};

const all = Object.keys(weights) as Verb[];

/** Draws events for one world; how often which, is drawn first, so that no two seeds are alike. */
export class Script {
  readonly #random: Random;
  readonly #weights: number[];
  readonly #sum: number;

  constructor(random: Random) {
    this.#random = random;
    this.#weights = all.map((verb) => weights[verb] * random.pick([0.2, 1, 1, 3]));
    this.#sum = this.#weights.reduce((sum, weight) => sum + weight, 0);
  }

  /** The next event. It does not depend on what is drawn whether it can happen: then nothing does. */
  next(world: World): Event {
    const verb = this.#verb();
    return [verb, ...verbs[verb].draw(this.#random, world)];
  }

  #verb(): Verb {
    let at = this.#random.next() * this.#sum;
    for (const [index, weight] of this.#weights.entries()) {
      at -= weight;
      const verb = all[index];
      if (at < 0 && verb) return verb;
    }
    return 'edit';
  }
}
