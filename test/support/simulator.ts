/**
 * The seeded simulator: the real core (room, log, presence, reader) over real SQLite, and around it
 * a world that does it every harm a platform, a network and a client can do. One seed draws the
 * people, the limits and every event; the same seed is the same run.
 *
 * An event is data, {@link Event}: a verb and numbers (`simulator/world.ts` has all verbs). A run
 * that fails is shrunk by leaving out events while it still fails, and printed as a line for a
 * regression test. The invariants I1–I10 stand in `simulator/invariants.ts`, one function each; what
 * they compare with is the ledger, which the simulator keeps by looking at the disk.
 *
 * What of the platform is modelled: the output gate (frames wait until the turn's writes are
 * committed; where the process dies before, neither frames nor writes ever were), hibernation (only
 * when no timer waits: a pending one keeps the object in memory), connections that end without the
 * service knowing yet, and a clock that is set back. What is not: a disk that loses or damages what it
 * has committed, and frames out of order or lost within one connection.
 */
import { Random } from './random.ts';
import { type Event, Script } from './simulator/events.ts';
import { checkBounds } from './simulator/invariants.ts';
import { shrink } from './simulator/shrink.ts';
import { type Invariant, Violation } from './simulator/violation.ts';
import { type Cast, castOf, verbs, World } from './simulator/world.ts';

export type { Cast, Event, Invariant };

/**
 * Plays these events and checks everything. Returns how often a statement failed or the process
 * died. Throws a {@link Violation}, or whatever the core threw for no reason.
 */
export function replay(cast: Cast, events: readonly Event[]): number {
  const world = new World(cast);
  try {
    for (const event of events) step(world, event);
    world.check();
    return world.service.accidents;
  } finally {
    world.dispose();
  }
}

/** Draws a world and what happens in it. Throws an error that prints the fewest events that fail. */
export function simulate(seed: number, steps: number): void {
  const { error, events } = run(seed, steps);
  if (error === null) return;
  const cast = castOf(seed);
  const failure = (fewer: readonly Event[]) => failureOf(() => replay(cast, fewer));
  const fewest = shrink(events, (fewer) => kindOf(failure(fewer)) === kindOf(error));
  const cause = failure(fewest) ?? error;
  const call = `replay(${JSON.stringify(cast)}, ${JSON.stringify(fewest)});`;
  throw new Error(`Seed ${seed}, ${steps} steps. ${cause.message}\n${call}`, { cause });
}

/** The first of these seeds that breaks one of these invariants, unshrunk; null when none does. */
export function findViolation(
  wanted: readonly Invariant[],
  seeds: Iterable<number>,
  steps: number,
): { readonly seed: number; readonly error: Violation } | null {
  for (const seed of seeds) {
    const { error } = run(seed, steps);
    if (error instanceof Violation && wanted.includes(error.invariant)) return { seed, error };
  }
  return null;
}

function run(seed: number, steps: number): { events: Event[]; error: Error | null } {
  const events: Event[] = [];
  const world = new World(castOf(seed));
  const script = new Script(new Random(seed * 31 + 7));
  const error = failureOf(() => {
    while (events.length < steps) {
      const event = script.next(world);
      events.push(event);
      step(world, event);
    }
    world.check();
  });
  world.dispose();
  return { events, error };
}

function step(world: World, [verb, a = 0, b = 0]: Event): void {
  verbs[verb].run(world, a, b);
  checkBounds(world.service);
}

function failureOf(work: () => void): Error | null {
  try {
    work();
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** What two failures share that have one cause, most likely: the words, not the numbers. */
function kindOf(error: Error | null): string | null {
  if (error === null) return null;
  return error instanceof Violation ? error.invariant : error.message.slice(0, 40);
}
