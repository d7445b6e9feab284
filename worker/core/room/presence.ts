import { encodeUtf8, utf8ByteLength } from 'lib0/string';
import {
  type AwarenessEntry,
  decodeAwareness,
  encodeAwareness,
  withdrawal,
} from '../../../protocol/awareness.ts';
import { CloseCode } from '../../../protocol/close-codes.ts';
import { limits } from '../../../protocol/limits.ts';
import { encodeMessage } from '../../../protocol/messages.ts';
import type { ClientIdOwnership } from './client-id-ownership.ts';
import type { Connection } from '../connection.ts';
import type { UserIdentity } from '../access/principal.ts';
import type { RoomHost } from '../host.ts';
import type { SendQueue } from './send-queue.ts';
import { ProtocolError } from '../../../protocol/protocol-error.ts';
import { checkJson } from '../update/json-check.ts';
import { applyIdentity } from './apply-identity.ts';

/** How often our own clients are asked to renew their entries while stock clients are present. */
const renewalInterval = 20_000;

/**
 * Who is here. An entry belongs to the connection that first sent it: nobody can change, forge or
 * remove another's. It lies in the connection's attachment, so it is there after hibernation, and it
 * ends with its connection. Changes are gathered and leave in one frame for all who moved.
 */
export class Presence {
  readonly #host: RoomHost;
  readonly #outbox: SendQueue;
  readonly #claims: ClientIdOwnership;
  /** What has changed since the last frame left. The attachments hold the rest. */
  readonly #changes = new Map<Connection, { entry: AwarenessEntry; stateChanged: boolean }>();
  /** Clocks of the withdrawn: stock clients echo what they heard, also of those who have left. */
  readonly #withdrawn = new Map<number, number>();
  readonly #contest: (owner: Connection, newcomer: Connection) => void;
  #lastRenewal = 0;

  /** `contest` finds out whether a connection whose client id is wanted is still there. */
  constructor(
    host: RoomHost,
    outbox: SendQueue,
    claims: ClientIdOwnership,
    contest: (owner: Connection, newcomer: Connection) => void,
  ) {
    this.#host = host;
    this.#outbox = outbox;
    this.#claims = claims;
    this.#contest = contest;
  }

  /** Tells a newcomer who is here; nothing when nobody is. Answers how many bytes that took. */
  greet(newcomer: Connection): number {
    const present: AwarenessEntry[] = [];
    for (const connection of this.#host.connections()) {
      // What is being gathered the newcomer will hear with everybody else.
      const entry = connection.attachment.presence;
      if (connection !== newcomer && entry?.state) present.push(entry);
    }
    if (present.length === 0) return 0;
    const frame = awarenessFrame(present);
    this.#outbox.send(newcomer, frame);
    return frame.length;
  }

  /**
   * Takes the sender's own entry out of an awareness update. A stock client's updates also repeat
   * the entries of others: those are not its business and fall away.
   * Throws Refusal for an update that is malformed or over a limit.
   */
  receive(sender: Connection, update: Uint8Array): void {
    const own = this.#entryOf(sender);
    const { user } = sender.attachment.permission;
    for (const { state, ...rest } of decode(update)) {
      const entry = { ...rest, state: stampWithin(state, user) };
      if (own) {
        if (entry.client === own.client) this.#change(sender, entry);
      } else if (entry.state !== null) {
        this.#claim(sender, entry);
      }
    }
    if (!sender.attachment.speaksEdgepad) this.#askForRenewal();
  }

  /** Withdraws the entry of a connection that is gone, at once. */
  withdraw(leaver: Connection): void {
    const shown = leaver.attachment.presence;
    const entry = this.#entryOf(leaver);
    this.#changes.delete(leaver);
    // It may have withdrawn itself a moment ago, and the others not have heard of it yet.
    if (!entry || (entry.state === null && !shown?.state)) return;
    // Or be back already, on a connection that has the entry by now.
    if (this.#claims.ownerBeside(leaver, entry.client)) return;
    this.#tellGone(leaver, entry.state === null ? entry : withdrawal(entry));
  }

  #tellGone(leaver: Connection, gone: AwarenessEntry): void {
    this.#remember(gone.client, gone.clock);
    const frame = awarenessFrame([gone]);
    for (const connection of this.#host.connections()) {
      if (connection === leaver) continue;
      this.#outbox.send(connection, frame);
      // It may have said who it is while the leaver still had its entry, and been passed over.
      if (connection.attachment.speaksEdgepad && !this.#entryOf(connection)) this.query(connection);
    }
  }

  /**
   * Withdraws the entries of those who give no sign of life. They are told, too: whoever is only slow
   * reads it in time, and says that it is still here.
   */
  sweep(): void {
    for (const connection of this.#host.connections()) {
      const entry = this.#entryOf(connection);
      if (!entry?.state || this.#host.now() - connection.heardAt <= limits.presenceTimeout) {
        continue;
      }
      const gone = withdrawal(entry);
      this.#changes.delete(connection);
      connection.attachment = { ...connection.attachment, presence: gone };
      this.#tellGone(connection, gone);
      this.#outbox.send(connection, awarenessFrame([gone]));
    }
  }

  /** Asks a client to say who it is, once more. */
  query(whom: Connection): void {
    this.#outbox.send(whom, queryFrame);
  }

  #entryOf(connection: Connection): AwarenessEntry | null {
    return this.#changes.get(connection)?.entry ?? connection.attachment.presence;
  }

  /** The first entry of a connection. */
  #claim(sender: Connection, entry: AwarenessEntry): void {
    const owner = this.#claims.ownerBeside(sender, entry.client);
    if (owner) {
      // An echo, a forgery, or somebody who has come back before the old connection was missed.
      this.#contest(owner, sender);
      return;
    }
    const withdrawn = this.#withdrawn.get(entry.client) ?? this.#doubt(sender, entry);
    if (entry.clock > withdrawn) {
      this.#claims.claim(sender, entry.client);
      this.#change(sender, entry);
    } else {
      // An echo of somebody who has left, or somebody who has come back and does not know that it was
      // taken for gone. Told so, the first forgets it; the second raises its clock and says it again.
      const gone = { client: entry.client, clock: withdrawn, state: null };
      this.#outbox.send(sender, awarenessFrame([gone]));
    }
  }

  /**
   * The clock an entry must exceed that nobody here has heard of. A stock client's first entry may be
   * the echo of somebody who left before the room slept: it has to be said once more, by who it is.
   */
  #doubt(sender: Connection, { client, clock }: AwarenessEntry): number {
    if (sender.attachment.speaksEdgepad) return -1;
    this.#remember(client, clock);
    return clock;
  }

  #remember(client: number, clock: number): void {
    if (this.#withdrawn.size >= limits.awarenessEntries) this.#withdrawn.clear();
    this.#withdrawn.set(client, clock);
  }

  #change(sender: Connection, entry: AwarenessEntry): void {
    const before = this.#entryOf(sender);
    const isNewer = !before || entry.clock > before.clock ||
      (entry.clock === before.clock && entry.state === null && before.state !== null);
    if (!isNewer) return;
    const stateChanged = entry.state !== before?.state ||
      (this.#changes.get(sender)?.stateChanged ?? false);
    if (this.#changes.size === 0) {
      this.#host.after(limits.presenceWindow, () => this.#flush());
    }
    this.#changes.set(sender, { entry, stateChanged });
    // Renewals do not count: looking after presence would never end.
    if (stateChanged) this.#host.sweepLater();
  }

  #flush(): void {
    const changes = [...this.#changes];
    if (changes.length === 0) return;
    this.#changes.clear();
    // The attachment first: what others have seen must be there after a hibernation.
    for (const [connection, { entry }] of changes) {
      connection.attachment = { ...connection.attachment, presence: entry };
    }
    // A stock client drops whom it has not heard of for 30 s, and its connection when it has heard
    // nothing at all: it gets every renewal, its own too. Our provider needs only what changed.
    const all = changes.map(([, { entry }]) => entry);
    const frame = awarenessFrame(all);
    const changed = changes.filter(([, { stateChanged }]) => stateChanged);
    for (const connection of this.#host.connections()) {
      if (!connection.attachment.speaksEdgepad) {
        this.#outbox.sendIfReading(connection, frame);
        continue;
      }
      const others = changed.filter(([author]) => author !== connection);
      if (others.length === 0) continue;
      const news = others.length === all.length
        ? frame
        : awarenessFrame(others.map(([, { entry }]) => entry));
      this.#outbox.sendIfReading(connection, news);
    }
  }

  /** Our own clients send no renewals; a stock client would forget them without this. */
  #askForRenewal(): void {
    const now = this.#host.now();
    const sinceLast = now - this.#lastRenewal;
    // A clock that was set back must not end the renewals.
    if (sinceLast >= 0 && sinceLast < renewalInterval) return;
    this.#lastRenewal = now;
    for (const connection of this.#host.connections()) {
      if (connection.attachment.speaksEdgepad && this.#entryOf(connection)?.state) {
        this.query(connection);
      }
    }
  }
}

const queryFrame = encodeMessage({ type: 'query-awareness' });

function awarenessFrame(entries: readonly AwarenessEntry[]): Uint8Array {
  return encodeMessage({ type: 'awareness', update: encodeAwareness(entries) });
}

/**
 * What a name of a token adds at most, in bytes; nothing else may grow. A number may: `1e20` is
 * written out by who stamps, and a state of ten times the limit fits into no attachment.
 */
const stampBytes = 1024;

function stampWithin(state: string | null, user: UserIdentity | null): string | null {
  // A reader that copies such a key would find in it what only we may set.
  if (state !== null && /__proto__|\\u/.test(state)) {
    const bytes = encodeUtf8(state);
    checkJson(bytes, 0, bytes.length);
  }
  const stamped = applyIdentity(state, user);
  if (stamped === null || stamped === state) return stamped;
  if (utf8ByteLength(stamped) <= limits.awarenessStateBytes + stampBytes) return stamped;
  throw new ProtocolError(
    CloseCode.tooBig,
    `Cannot accept awareness: a state over ${limits.awarenessStateBytes} bytes`,
  );
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
