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
import { shrink } from './simulator/shrink.ts';
import { Violation } from './simulator/violation.ts';
import { verbs, World } from './simulator/world.ts';
import { checkBounds } from './simulator/invariants.ts';

export type { Event };

/** Plays events in the world of this seed and checks everything. Throws {@link Violation}. */
export function replay(seed: number, events: readonly Event[]): void {
  const world = new World(seed);
  try {
    for (const event of events) step(world, event);
    world.check();
  } finally {
    world.dispose();
  }
}

/** Draws and plays a world. Throws a {@link Violation} whose message holds the shrunk events. */
export function simulate(seed: number, steps: number): void {
  const events: Event[] = [];
  const error = failureOf(() => run(seed, steps, events));
  if (error === null) return;
  const kind = kindOf(error);
  const shrunk = shrink(events, (fewer) => {
    const failure = failureOf(() => replay(seed, fewer));
    return failure !== null && kindOf(failure) === kind;
  });
  const last = failureOf(() => replay(seed, shrunk)) ?? error;
  throw new Error(
    `Seed ${seed}: ${last.message}\nreplay(${seed}, ${JSON.stringify(shrunk)});`,
    { cause: last },
  );
}

/** The first of these seeds that fails, without shrinking it; null when none does. */
export function findFailure(
  from: number,
  count: number,
  steps: number,
): { seed: number; error: Error } | null {
  for (let seed = from; seed < from + count; seed++) {
    const error = failureOf(() => run(seed, steps, []));
    if (error) return { seed, error };
  }
  return null;
}

function run(seed: number, steps: number, events: Event[]): void {
  const script = new Script(new Random(seed * 31 + 7));
  const world = new World(seed);
  try {
    for (let left = steps; left > 0; left--) {
      const event = script.next(world);
      events.push(event);
      step(world, event);
    }
    world.check();
  } finally {
    world.dispose();
  }
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

/** Failures of one kind may have one cause. */
function kindOf(error: Error): string {
  return error instanceof Violation ? error.message.slice(0, 24) : error.message.slice(0, 40);
}
