/**
 * Liveness checks of connections that seem open. A network that vanishes closes nothing: the client
 * returns on a new connection while the old one still owns its client id. So the old connection is
 * probed when another one wants a client id of it, and closed if it does not answer.
 */
import { CloseCode } from '../../../protocol/close-codes.ts';
import { encodeMessage } from '../../../protocol/messages.ts';
import type { RoomHost } from '../host.ts';
import type { Session } from './session.ts';

/** How long a probed client may take to answer, in milliseconds. */
const answerTimeout = 5000;

/** Asks a client to send its awareness entry again. */
export const queryAwarenessFrame = encodeMessage({ type: 'query-awareness' });

/** Checks whether `owner` is alive, because `challenger` wants a client id it owns. */
export function checkLiveness(
  owner: Session,
  challenger: Session,
  host: Pick<RoomHost, 'after'>,
): void {
  const { challengers } = owner;
  if (challengers.size === 0) owner.probe();
  challengers.add(challenger);
  if (owner.isChecked) return;
  owner.isChecked = true;
  awaitAnswer(owner, host, (isAlive) => {
    if (!isAlive || challengers.size === 0) return endCheck(owner, isAlive);
    // It has sent something else than the answer. That may have been in flight when its network vanished.
    awaitAnswer(owner, host, (isStillAlive) => endCheck(owner, isStillAlive));
  });
}

function endCheck(owner: Session, isAlive: boolean): void {
  owner.isChecked = false;
  if (owner.challengers.size === 0) return;
  if (isAlive) probeChallengers(owner);
  else owner.close(CloseCode.tryAgainLater, 'No answer, and another connection took over.');
}

/** Calls `done` with whether a probed client has sent anything in time, unless it has ended. */
export function awaitAnswer(
  session: Session,
  host: Pick<RoomHost, 'after'>,
  done: (isAlive: boolean) => void,
): void {
  const { framesReceived } = session;
  host.after(answerTimeout + (session.connection.pollInterval ?? 0), () => {
    if (!session.hasEnded) done(session.framesReceived !== framesReceived);
  });
}

/**
 * Probes the challengers, after the owner has sent everything that the log lacks: structs that a
 * challenger relayed for the owner are in the log now, so the challenger can send the rest.
 */
export function probeChallengers(owner: Session): void {
  for (const challenger of takeChallengers(owner)) challenger.probe();
}

/** The session has ended: its challengers may have its client id. */
export function releaseChallengers(owner: Session): void {
  for (const challenger of takeChallengers(owner)) {
    challenger.probe();
    challenger.send(queryAwarenessFrame);
  }
}

function takeChallengers(owner: Session): Session[] {
  const challengers = [...owner.challengers].filter(({ hasEnded }) => !hasEnded);
  for (const { dispute } of challengers) {
    // The dispute may be with another owner.
    if (dispute?.owner === owner) dispute.isAnswered = true;
  }
  owner.challengers.clear();
  return challengers;
}
