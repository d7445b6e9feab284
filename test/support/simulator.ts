/**
 * The seeded simulator: the real core (room, log, presence, reader) over a real SQLite, in a world that
 * injects faults of platform, network and clients. A seed determines clients, limits and every event, so
 * the same seed repeats the run.
 *
 * An event is data, {@link Event}: a verb and numbers (`simulator/verbs.ts` lists them). A failing
 * run is shrunk to the fewest events that still fail, and printed as a line for a regression test. Each
 * invariant I1–I11 is a function in `simulator/invariants.ts`. They compare with a reference model, which
 * records what the service has committed by reading its disk.
 *
 * Modeled: the output gate (frames wait until the turn's writes are committed; a killed process loses
 * both), hibernation (not while a timer is pending), connections whose end the service does not know yet,
 * and a wall clock that is set back. Not modeled: a disk that loses committed data, and frames that are
 * reordered or lost within one connection.
 */
import { Random } from './random.ts';
import { type Event, EventGenerator } from './simulator/event-generator.ts';
import { checkBounds } from './simulator/invariants.ts';
import { shrink } from './simulator/shrink.ts';
import { type Invariant, Violation } from './simulator/violation.ts';
import { verbs } from './simulator/verbs.ts';
import { optionsFor, World, type WorldOptions } from './simulator/world.ts';

export type { Event, Invariant, WorldOptions };

/**
 * Replays events and checks every invariant. Returns the count of failed statements and process deaths.
 * Throws {@link Violation}, and rethrows unexpected errors of the core.
 */
export function replay(options: WorldOptions, events: readonly Event[]): number {
  const world = new World(options);
  try {
    for (const event of events) step(world, event);
    world.check();
    return world.service.faults;
  } finally {
    world.dispose();
  }
}

/** Runs the world of a seed. Throws an error that prints the fewest events that fail. */
export function simulate(seed: number, steps: number): void {
  const { error, events } = run(seed, steps);
  if (error === null) return;
  const options = optionsFor(seed);
  const failure = (fewer: readonly Event[]) => failureOf(() => replay(options, fewer));
  const fewest = shrink(events, (fewer) => kindOf(failure(fewer)) === kindOf(error));
  const cause = failure(fewest) ?? error;
  const call = `replay(${JSON.stringify(options)}, ${JSON.stringify(fewest)});`;
  throw new Error(`Seed ${seed}, ${steps} steps. ${cause.message}\n${call}`, { cause });
}

/** The first seed that violates one of these invariants, not shrunk; null when none does. */
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
  const world = new World(optionsFor(seed));
  const generator = new EventGenerator(new Random(seed * 31 + 7), new Random(seed + 1));
  const error = failureOf(() => {
    while (events.length < steps) {
      const event = generator.next(world);
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

/** What failures of one cause most likely share: the words, not the numbers. */
function kindOf(error: Error | null): string | null {
  if (error === null) return null;
  return error instanceof Violation ? error.invariant : error.message.slice(0, 40);
}
