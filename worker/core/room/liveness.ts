/**
 * Liveness checks of connections that seem open. A network that vanishes closes nothing: the client
 * returns on a new connection while the old one still owns its client ids. So the old connection is
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
  if (owner.challengers) {
    owner.challengers.add(challenger);
    return;
  }
  owner.challengers = new Set([challenger]);
  const { framesReceived } = owner;
  owner.probe();
  host.after(answerTimeout + (owner.connection.pollInterval ?? 0), () => {
    if (owner.hasEnded) return;
    if (owner.framesReceived === framesReceived) {
      owner.close(CloseCode.tryAgainLater, 'No answer, and another connection took over.');
      return;
    }
    for (const challenger of takeChallengers(owner)) challenger.probe();
  });
}

/** The session has ended: its challengers may have its client ids. */
export function releaseChallengers(owner: Session): void {
  for (const challenger of takeChallengers(owner)) {
    challenger.probe();
    challenger.send(queryAwarenessFrame);
  }
}

function takeChallengers(owner: Session): Session[] {
  const challengers = [...owner.challengers ?? []].filter(({ hasEnded }) => !hasEnded);
  owner.challengers = null;
  return challengers;
}
