import { type AwarenessEntry, withdrawal } from '../../../../protocol/awareness.ts';
import { CloseCode } from '../../../../protocol/close-codes.ts';
import { limits, workLimits } from '../../../../protocol/limits.ts';
import { ProtocolError } from '../../../../protocol/protocol-error.ts';
import type { RoomHost } from '../../host.ts';
import { applyIdentity } from './apply-identity.ts';
import { presentClientIds } from '../client-id-ownership.ts';
import { awarenessFrame, entriesIn } from './awareness-frame.ts';
import {
  asSent,
  entriesFor,
  firstClock,
  hasOtherClock,
  nextClock,
  sentClockOf,
} from './client-clock.ts';
import { DepartedEntries } from './departed-entries.ts';
import { awaitAnswer, checkLiveness, queryAwarenessFrame } from '../liveness.ts';
import { entryOf, type PresenceChange, type Session, type Sessions } from '../session.ts';

/**
 * How often entries are renewed while stock clients are connected, which drop those without news for 30
 * seconds. They renew their own every 15 seconds, and each of these asks for the others' renewals.
 */
const renewalInterval = 10_000;

/**
 * The awareness entries of the connected clients. An entry belongs to the connection that first sent
 * it; no other can change or remove it. It is kept in the connection's attachment, survives
 * hibernation, and ends with the connection. Changes are collected and sent together.
 */
export class Presence {
  readonly #sessions: Sessions;
  readonly #host: Pick<RoomHost, 'after' | 'monotonicNow' | 'now' | 'sweepLater'>;
  readonly #departed: DepartedEntries;
  #timerRuns = false;
  #renewedAt = -Infinity;
  #sweptAt = -Infinity;

  constructor(
    sessions: Sessions,
    host: Pick<RoomHost, 'after' | 'monotonicNow' | 'now' | 'sweepLater'>,
  ) {
    this.#sessions = sessions;
    this.#host = host;
    this.#departed = new DepartedEntries(sessions);
  }

  /** Sends a new client the entries of the others that are alive. */
  join(session: Session): void {
    this.sweep();
    this.sendAll(session);
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
   * clients repeat. Throws {@link ProtocolError} when the update is malformed or over a limit. A stock
   * client would return with the same update at once, for ever, so its entries over a limit are left out.
   */
  receive(sender: Session, update: Uint8Array): void {
    const own = entryOf(sender);
    const { user } = sender.attachment.permission;
    const entries = entriesIn(update, sender);
    sender.limiter.charge(entries.length / workLimits.awarenessEntries, this.#host.monotonicNow());
    if (own) {
      for (const { state, ...rest } of entries) {
        if (rest.client !== own.client) continue;
        this.#change(sender, { ...rest, state: applyIdentity(state, user) });
      }
    } else {
      this.#addFirst(
        sender,
        entries.filter(({ state }) => state !== null)
          .map(({ state, ...rest }) => ({ ...rest, state: applyIdentity(state, user) })),
      );
    }
    if (!sender.attachment.speaksEdgepad) this.#renewAll();
  }

  /** Shows a client again that was silent and has sent a frame. */
  restore(session: Session): void {
    const { presence, silentState } = session.attachment;
    if (!presence || !silentState || session.presenceChange) return;
    const sentClock = sentClockOf(session.attachment);
    const entry = { ...presence, clock: presence.clock + 1, state: silentState };
    this.#set(session, { entry, sentClock, isNews: true });
  }

  /** Withdraws the entry of a session that has ended. */
  withdraw(ended: Session): void {
    const sent = ended.attachment.presence;
    const entry = entryOf(ended);
    ended.presenceChange = null;
    this.#departed.passOn(ended);
    // The client may have withdrawn its entry itself, without the others having received that yet.
    if (!entry || (entry.state === null && !sent?.state)) return;
    // The client may have reconnected: then the entry belongs to its new connection.
    if (presentClientIds(this.#sessions).otherOf(entry.client, ended)) return;
    const withdrawn = entry.state === null ? entry : withdrawal(entry);
    this.#departed.add(withdrawn, ended);
    this.#sendWithdrawals([withdrawn], ended);
  }

  /**
   * Withdraws the entries of clients that were silent for {@link limits.presenceTimeout}. They receive
   * the withdrawal too: a client that was only suspended then answers. Stock clients need not send
   * anything while they are idle, so those are asked first; one that has never answered stays.
   */
  sweep(): void {
    this.#sweptAt = this.#host.monotonicNow();
    const silent = [...this.#sessions].filter((session) => this.#isSilent(session));
    for (const session of silent) {
      if (session.attachment.speaksEdgepad || !session.attachment.answersProbes) continue;
      session.probe();
      awaitAnswer(session, this.#host, (isAlive) => {
        if (!isAlive && this.#isSilent(session)) this.#withdrawSilent([session]);
      });
    }
    this.#withdrawSilent(silent.filter(({ attachment }) => attachment.speaksEdgepad));
  }

  /** Whether others see a client that was silent for too long. */
  #isSilent(session: Session): boolean {
    return entryOf(session)?.state != null &&
      this.#host.now() - session.connection.lastSeenAt > limits.presenceTimeout;
  }

  /** Sweeps while there is activity, also if the object hibernates between all of it. */
  sweepIfDue(): void {
    if (this.#host.monotonicNow() - this.#sweptAt > limits.presenceTimeout) this.sweep();
  }

  #withdrawSilent(sessions: readonly Session[]): void {
    const withdrawals: AwarenessEntry[] = [];
    for (const session of sessions) {
      const entry = entryOf(session);
      if (!entry) continue;
      const withdrawn = withdrawal(entry);
      const sentClock = session.presenceChange?.sentClock ?? sentClockOf(session.attachment);
      session.presenceChange = null;
      session.changeAttachment({ presence: withdrawn, sentClock, silentState: entry.state });
      this.#departed.add(withdrawn, session);
      withdrawals.push(withdrawn);
    }
    this.#sendWithdrawals(withdrawals, null);
  }

  /** Sends one frame to every client, also to those whose entries are withdrawn. */
  #sendWithdrawals(withdrawals: readonly AwarenessEntry[], ended: Session | null): void {
    if (withdrawals.length === 0) return;
    const frame = awarenessFrame(withdrawals);
    for (const session of this.#sessions) {
      if (session === ended) continue;
      const entry = entryOf(session);
      session.send(
        entry?.state === null && hasOtherClock(session)
          ? awarenessFrame(
            withdrawals.map((other) =>
              other.client === entry.client ? withdrawal(asSent(session, other)) : other
            ),
          )
          : frame,
      );
      // Its own entry may have been ignored while the owner still had the client id.
      if (session.attachment.speaksEdgepad && !entry) session.send(queryAwarenessFrame);
    }
  }

  /** Adds the first entry of a connection: the last one whose client id no other connection has. */
  #addFirst(sender: Session, entries: readonly AwarenessEntry[]): void {
    if (entries.length === 0) return;
    const owners = presentClientIds(this.#sessions);
    const withdrawals: AwarenessEntry[] = [];
    for (const entry of entries) {
      const owner = owners.otherOf(entry.client, sender);
      if (owner) {
        // A repeated entry, a forgery, or a client that reconnected before its old connection ended.
        checkLiveness(owner, sender, this.#host);
        continue;
      }
      const withdrawnClock = this.#departed.clockOf(entry.client);
      if (entry.clock > withdrawnClock) {
        const clock = firstClock(entry.clock, withdrawnClock);
        this.#set(sender, { entry: { ...entry, clock }, sentClock: entry.clock, isNews: true });
      } else {
        // A stock client that repeats the entry of a client that has left drops it on the withdrawal. A
        // client that was only considered gone raises the clock of its own entry and sends it again.
        withdrawals.push({ client: entry.client, clock: withdrawnClock, state: null });
      }
    }
    if (withdrawals.length > 0) sender.send(awarenessFrame(withdrawals));
  }

  /** Changes the entry of a session that has one. */
  #change(sender: Session, entry: AwarenessEntry): void {
    const before = entryOf(sender)!; // the caller has found it
    const sentClock = sender.presenceChange?.sentClock ?? sentClockOf(sender.attachment);
    const isNewer = entry.clock > sentClock ||
      (entry.clock === sentClock && entry.state === null && before.state !== null);
    if (!isNewer) return;
    const clock = nextClock(before.clock, sentClock, entry.clock);
    const isNews = entry.state !== before.state || (sender.presenceChange?.isNews ?? false);
    this.#set(sender, { entry: { ...entry, clock }, sentClock: entry.clock, isNews });
  }

  #set(sender: Session, change: PresenceChange): void {
    if (change.sentClock >= limits.ownAwarenessClock) {
      throw new ProtocolError(CloseCode.malformed, 'Cannot accept awareness: clock out of range');
    }
    sender.presenceChange = change;
    sender.renewedAt = this.#host.monotonicNow();
    this.#flushLater();
    // Not for renewals, or sweeps would never end. A client that returns after a withdrawal renews.
    if (change.isNews && !sender.attachment.silentState) this.#host.sweepLater();
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
    const changes: (PresenceChange & { readonly session: Session })[] = [];
    for (const session of this.#sessions) {
      if (!session.presenceChange) continue;
      const change = session.presenceChange;
      changes.push({ session, ...change });
      session.presenceChange = null;
      // Before it is sent: an entry that others have seen must survive hibernation.
      this.#store(session, change);
    }
    if (changes.length === 0) return;
    // Stock clients drop an entry without news for 30 s, and their connection when they receive
    // nothing. So they get every renewal, including their own. Others need only changes.
    // All share one frame, also those who changed: a client ignores its own entry.
    const all = awarenessFrame(changes.map(({ entry }) => entry));
    const changed = changes.filter(({ isNews }) => isNews);
    const news = changed.length === changes.length
      ? all
      : awarenessFrame(changed.map(({ entry }) => entry));
    for (const session of this.#sessions) {
      const isStock = !session.attachment.speaksEdgepad;
      const sent = isStock ? changes : changed;
      const isOnlyOwn = sent.every((change) => change.session === session);
      if (isOnlyOwn && (!isStock || sent.length === 0)) continue;
      if (hasOtherClock(session)) session.sendIfReading(awarenessFrame(entriesFor(session, sent)));
      else session.sendIfReading(isStock ? all : news);
    }
  }

  #store(session: Session, { entry, sentClock, isNews }: PresenceChange): void {
    const { silentState } = session.attachment;
    session.changeAttachment({
      presence: entry,
      sentClock,
      ...(silentState ? { silentState: null } : isNews && { activeAt: this.#host.now() }),
    });
  }

  /**
   * Renews the entries that their clients do not: `edgepad.v1` clients are asked, and those of stock
   * clients without a recent renewal, such as scripts and hidden pages, get a higher clock.
   */
  #renewAll(): void {
    const now = this.#host.monotonicNow();
    if (now - this.#renewedAt < renewalInterval) return;
    this.#renewedAt = now;
    this.sweepIfDue();
    for (const session of this.#sessions) {
      const entry = entryOf(session);
      if (!entry?.state) continue;
      if (session.attachment.speaksEdgepad) {
        session.send(queryAwarenessFrame);
      } else if (now - session.renewedAt >= renewalInterval && !session.presenceChange) {
        const sentClock = sentClockOf(session.attachment);
        const renewed = { ...entry, clock: entry.clock + 1 };
        this.#set(session, { entry: renewed, sentClock, isNews: false });
      }
    }
  }
}
