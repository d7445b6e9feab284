/**
 * Others may receive an entry with another clock than its client has sent: a higher one after the
 * service has renewed it, and a lower one when the client's is high. Otherwise a member could take the
 * client id of an absent person with the highest clock, and that person could never announce itself.
 */
import type { AwarenessEntry } from '../../../../protocol/awareness.ts';
import { limits } from '../../../../protocol/limits.ts';
import type { PresenceChange, Session } from '../session.ts';

/** The highest clock of a first entry. A person who has to exceed it stays below the limit. */
const highestFirst = limits.ownAwarenessClock / 2;
/** How far the clock advances with one change. Clients skip some when they change often. */
const longestStep = 16;

/**
 * The clock for others of a first entry, which is higher than that of an earlier entry. y-protocols
 * announces a new client with clock 0, and ignores an entry with clock 0 that it receives.
 */
export function firstClock(sent: number, withdrawn: number): number {
  return Math.max(Math.min(sent, highestFirst), withdrawn + 1, 1);
}

/** The clock for others of a changed entry, which they have with the clock `before`. */
export function nextClock(before: number, sentBefore: number, sent: number): number {
  const step = Math.min(sent - sentBefore, longestStep);
  return before + (before > sentBefore ? Math.max(step, 1) : step);
}

/** The clock of the entry of a session as its client has sent it; -1 without an entry. */
export function sentClockOf({ presence, sentClock }: Session['attachment']): number {
  return sentClock ?? presence?.clock ?? -1;
}

/** Whether the service has renewed the entry of this client, which has another clock since. */
export function hasOtherClock({ attachment }: Session): boolean {
  return sentClockOf(attachment) !== (attachment.presence?.clock ?? -1);
}

/** An entry of the session with the clock that its client knows. */
export function asSent(session: Session, entry: AwarenessEntry): AwarenessEntry {
  return { ...entry, clock: sentClockOf(session.attachment) };
}

/**
 * The changes for a stock client whose entry the service has renewed. y-protocols would replace its own
 * state by an older one that has a higher clock.
 */
export function entriesFor(
  recipient: Session,
  changes: readonly (PresenceChange & { readonly session: Session })[],
): AwarenessEntry[] {
  return changes.map(({ entry, session }) =>
    session === recipient ? asSent(session, entry) : entry
  );
}
