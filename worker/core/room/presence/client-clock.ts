/** Entries that the service renews have a higher clock than the one that their client knows. */
import type { AwarenessEntry } from '../../../../protocol/awareness.ts';
import type { PresenceChange, Session } from '../session.ts';

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
