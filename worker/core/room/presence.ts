import { type AwarenessEntry, encodeAwareness, withdrawal } from '../../../protocol/awareness.ts';
import { decodeAwareness } from './decode-awareness.ts';
import { CloseCode } from '../../../protocol/close-codes.ts';
import { limits } from '../../../protocol/limits.ts';
import { encodeMessage } from '../../../protocol/messages.ts';
import { ProtocolError } from '../../../protocol/protocol-error.ts';
import type { RoomHost } from '../host.ts';
import { applyIdentity } from './apply-identity.ts';
import { otherPresent } from './client-id-ownership.ts';
import { checkLiveness, queryAwarenessFrame } from './liveness.ts';
import { entryOf, type Session, type Sessions } from './session.ts';

/** How often `edgepad.v1` clients are asked to renew their entries while stock clients are connected. */
const renewalInterval = 20_000;

/**
 * The awareness entries of the connected clients. An entry belongs to the connection that first sent
 * it; no other can change or remove it. It is kept in the connection's attachment, survives
 * hibernation, and ends with the connection. Changes are collected and sent together.
 */
export class Presence {
  readonly #sessions: Sessions;
  readonly #host: Pick<RoomHost, 'after' | 'monotonicNow' | 'now' | 'sweepLater'>;
  /** Clocks of withdrawn entries by client id: stock clients repeat the entries of others, even old ones. */
  readonly #withdrawn = new Map<number, number>();
  #timerRuns = false;
  #renewedAt = -Infinity;

  constructor(
    sessions: Sessions,
    host: Pick<RoomHost, 'after' | 'monotonicNow' | 'now' | 'sweepLater'>,
  ) {
    this.#sessions = sessions;
    this.#host = host;
  }

  /** Sends a client the entries of all others; nothing when there are none. Returns the bytes sent. */
  sendAll(recipient: Session): number {
    const entries: AwarenessEntry[] = [];
    for (const session of this.#sessions) {
      // Pending changes reach the client with the next flush.
      const entry = session.attachment.presence;
      if (session !== recipient && entry?.state) entries.push(entry);
    }
    if (entries.length === 0) return 0;
    const frame = awarenessFrame(entries);
    recipient.send(frame);
    return frame.length;
  }

  /**
   * Takes the sender's own entry from an awareness update. Ignores the entries of others, which stock
   * clients repeat. Throws {@link ProtocolError} when the update is malformed or over a limit.
   */
  receive(sender: Session, update: Uint8Array): void {
    const own = entryOf(sender);
    const { user } = sender.attachment.permission;
    for (const { state, ...rest } of decode(update)) {
      const entry = { ...rest, state: applyIdentity(state, user) };
      if (own) {
        if (entry.client === own.client) this.#change(sender, entry);
      } else if (entry.state !== null) {
        this.#addFirst(sender, entry);
      }
    }
    if (!sender.attachment.speaksEdgepad) this.#requestRenewals();
  }

  /** Withdraws the entry of a session that has ended. */
  withdraw(ended: Session): void {
    const sent = ended.attachment.presence;
    const entry = entryOf(ended);
    ended.presenceChange = null;
    // The client may have withdrawn its entry itself, without the others having received that yet.
    if (!entry || (entry.state === null && !sent?.state)) return;
    // The client may have reconnected: then the entry belongs to its new connection.
    if (otherPresent(this.#sessions, ended, entry.client)) return;
    this.#broadcastWithdrawal(ended, entry.state === null ? entry : withdrawal(entry));
  }

  /**
   * Withdraws the entries of clients that were silent for {@link limits.presenceTimeout}. They receive
   * the withdrawal too: a client that is only slow then sends its entry again.
   */
  sweep(): void {
    for (const session of this.#sessions) {
      const entry = entryOf(session);
      const silentFor = this.#host.now() - session.connection.lastSeenAt;
      if (!entry?.state || silentFor <= limits.presenceTimeout) continue;
      const withdrawn = withdrawal(entry);
      session.presenceChange = null;
      session.changeAttachment({ presence: withdrawn });
      this.#broadcastWithdrawal(session, withdrawn);
      session.send(awarenessFrame([withdrawn]));
    }
  }

  #broadcastWithdrawal(owner: Session, withdrawn: AwarenessEntry): void {
    this.#rememberClock(withdrawn);
    const frame = awarenessFrame([withdrawn]);
    for (const session of this.#sessions) {
      if (session === owner) continue;
      session.send(frame);
      // Its own entry may have been ignored while the owner still had the client id.
      if (session.attachment.speaksEdgepad && !entryOf(session)) session.send(queryAwarenessFrame);
    }
  }

  /** Adds the first entry of a connection. */
  #addFirst(sender: Session, entry: AwarenessEntry): void {
    const owner = otherPresent(this.#sessions, sender, entry.client);
    if (owner) {
      // A repeated entry, a forgery, or a client that reconnected before its old connection ended.
      checkLiveness(owner, sender, this.#host);
      return;
    }
    const withdrawnClock = this.#withdrawn.get(entry.client) ?? this.#initialClock(sender, entry);
    if (entry.clock > withdrawnClock) {
      this.#change(sender, entry);
    } else {
      // A stock client that repeats the entry of a client that has left drops it on the withdrawal. A
      // client that was only considered gone raises the clock of its own entry and sends it again.
      const withdrawn = { client: entry.client, clock: withdrawnClock, state: null };
      sender.send(awarenessFrame([withdrawn]));
    }
  }

  /**
   * The clock that the first entry of an unknown client must exceed. A stock client may repeat the entry
   * of a client that left before a hibernation. So its first entry is answered with a withdrawal, and
   * only the owner of the entry sends it again, with a higher clock.
   */
  #initialClock(sender: Session, entry: AwarenessEntry): number {
    if (sender.attachment.speaksEdgepad) return -1;
    this.#rememberClock(entry);
    return entry.clock;
  }

  #rememberClock({ client, clock }: AwarenessEntry): void {
    if (this.#withdrawn.size >= limits.awarenessEntries) this.#withdrawn.clear();
    this.#withdrawn.set(client, clock);
  }

  #change(sender: Session, entry: AwarenessEntry): void {
    const before = entryOf(sender);
    const isNewer = !before || entry.clock > before.clock ||
      (entry.clock === before.clock && entry.state === null && before.state !== null);
    if (!isNewer) return;
    const stateChanged = entry.state !== before?.state ||
      (sender.presenceChange?.stateChanged ?? false);
    sender.presenceChange = { entry, stateChanged };
    this.#flushLater();
    // Not for renewals, or sweeps would never end.
    if (stateChanged) this.#host.sweepLater();
  }

  #flushLater(): void {
    if (this.#timerRuns) return;
    this.#timerRuns = true;
    this.#host.after(limits.presenceWindow, () => {
      this.#timerRuns = false;
      this.#flush();
    });
  }

  #flush(): void {
    const changes: { session: Session; entry: AwarenessEntry; stateChanged: boolean }[] = [];
    for (const session of this.#sessions) {
      if (!session.presenceChange) continue;
      const { entry, stateChanged } = session.presenceChange;
      changes.push({ session, entry, stateChanged });
      session.presenceChange = null;
      // Before it is sent: an entry that others have seen must survive hibernation.
      session.changeAttachment({ presence: entry });
    }
    if (changes.length === 0) return;
    // Stock clients drop an entry without news for 30 s, and their connection when they receive
    // nothing. So they get every renewal, including their own. Others need only changes.
    const all = awarenessFrame(changes.map(({ entry }) => entry));
    const changed = changes.filter(({ stateChanged }) => stateChanged);
    for (const session of this.#sessions) {
      if (!session.attachment.speaksEdgepad) {
        session.sendIfReading(all);
        continue;
      }
      const others = changed.filter((change) => change.session !== session);
      if (others.length === 0) continue;
      session.sendIfReading(
        others.length === changes.length ? all : awarenessFrame(others.map(({ entry }) => entry)),
      );
    }
  }

  /** `edgepad.v1` clients send no renewals of their own, without which stock clients drop their entries. */
  #requestRenewals(): void {
    const now = this.#host.monotonicNow();
    if (now - this.#renewedAt < renewalInterval) return;
    this.#renewedAt = now;
    for (const session of this.#sessions) {
      if (session.attachment.speaksEdgepad && entryOf(session)?.state) {
        session.send(queryAwarenessFrame);
      }
    }
  }
}

function awarenessFrame(entries: readonly AwarenessEntry[]): Uint8Array {
  return encodeMessage({ type: 'awareness', update: encodeAwareness(entries) });
}

function decode(update: Uint8Array): AwarenessEntry[] {
  try {
    return decodeAwareness(update);
  } catch (error) {
    if (error instanceof SyntaxError) throw new ProtocolError(CloseCode.malformed, error.message);
    if (error instanceof RangeError) throw new ProtocolError(CloseCode.tooBig, error.message);
    throw error;
  }
}
