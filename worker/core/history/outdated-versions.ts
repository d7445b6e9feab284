import type { Version } from './version.ts';

const hour = 60 * 60_000;
const day = 24 * hour;

/**
 * How versions thin out with age: of those older than `age`, the newest of each `slot` of time remains.
 * Milliseconds, oldest first.
 */
const slots: readonly { readonly age: number; readonly slot: number }[] = [
  { age: 90 * day, slot: 7 * day },
  { age: 7 * day, slot: day },
  { age: day, slot: hour },
];

/** The versions that are too close to a newer one for their age. Never one that has a name. */
export function outdatedVersions(versions: readonly Version[], now: number): Version[] {
  const taken = new Set<string>();
  return versions.toReversed().filter(({ at, name }) => {
    const rule = slots.find(({ age }) => now - at > age);
    if (!rule || name !== null) return false;
    const slot = `${rule.slot} ${Math.floor(at / rule.slot)}`;
    const isOutdated = taken.has(slot);
    taken.add(slot);
    return isOutdated;
  });
}
