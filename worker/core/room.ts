import { CloseCode } from '../../protocol/close-codes.ts';
import { limits } from '../../protocol/limits.ts';
import {
  decodeMessages,
  encodeMessage,
  encodeMessages,
  type Message,
  type UnsavedReason,
} from '../../protocol/messages.ts';
import { inspectUpdate, type UpdateContents } from './causality.ts';
import { Claims } from './claims.ts';
import type { Connection } from './connection.ts';
import { FanOut } from './fan-out.ts';
import type { RoomHost } from './host.ts';
import { Liveness } from './liveness.ts';
import { Outbox } from './outbox.ts';
import { Presence } from './presence.ts';
import { Refusal } from '../../protocol/refusal.ts';
import { answerToStateVector, decodeStateVector } from './sync-answer.ts';
import type { UpdateLog } from './update-log.ts';

/** An update with nothing in it: no structs, no deletions. */
const emptyUpdate = new Uint8Array([0, 0]);

/**
 * One document with the clients connected to it. Built anew after each hibernation, from the log and
 * from what the connections carry; being built sends nothing to anyone.
 *
 * P1, stored then seen: an update is checked, stored by one INSERT and sent, in one synchronous turn.
 * P2: nothing here builds a `Y.Doc`.
 */
export class Room {
  readonly #host: RoomHost;
  readonly #log: UpdateLog;
  readonly #outbox: Outbox;
  readonly #claims: Claims;
  readonly #liveness: Liveness;
  readonly #presence: Presence;
  readonly #fanOut: FanOut;
  readonly #gone = new WeakSet<Connection>();
  /** Gaps in a row, by connection. */
  readonly #gaps = new WeakMap<Connection, number>();

  constructor(log: UpdateLog, host: RoomHost) {
    this.#host = host;
    this.#log = log;
    this.#outbox = new Outbox({
      syncStep1: () => encodeMessage(this.#syncStep1()),
      tooFarBehind: (client) =>
        this.#end(client, CloseCode.tryAgainLater, 'Too far behind: come back for the rest'),
    });
    this.#claims = new Claims(host);
    this.#liveness = new Liveness(host, {
      ask: (connection) => this.#outbox.ask(connection),
      died: (connection) =>
        this.#end(connection, CloseCode.tryAgainLater, 'No sign of life, and the place was wanted'),
      settled: (newcomer, outcome) => {
        this.#outbox.ask(newcomer);
        if (outcome === 'free') this.#presence.query(newcomer);
      },
    });
    this.#presence = new Presence(
      host,
      this.#outbox,
      this.#claims,
      (owner, newcomer) => this.#liveness.challenge(owner, newcomer),
    );
    this.#fanOut = new FanOut(host, this.#outbox, () => log.version);
  }

  /** A client has connected: it is told who is here. The document it asks for itself. */
  join(newcomer: Connection): void {
    this.#presence.greet(newcomer);
  }

  /**
   * Handles one frame of a client. What cannot be accepted closes that client's connection with the
   * code that says why, and nobody else notices. Anything unexpected, such as a database that fails,
   * closes it with 1011 and is thrown on, to be reported; the client comes back and sends again.
   */
  receive(sender: Connection, frame: Uint8Array | string): void {
    this.#liveness.heard(sender);
    try {
      if (typeof frame === 'string') {
        throw new Refusal(CloseCode.unknownType, 'Text frames other than "ping" mean nothing here');
      }
      if (frame.length > limits.messageBytes) {
        throw new Refusal(CloseCode.tooBig, `Message over ${limits.messageBytes} bytes`);
      }
      for (const message of decodeMessages(frame)) this.#handle(sender, message);
    } catch (error) {
      if (error instanceof Refusal) {
        this.#end(sender, error.code, error.message);
      } else {
        this.#end(
          sender,
          CloseCode.internalError,
          'Something failed here; nothing of yours is lost',
        );
        throw error;
      }
    }
  }

  /** A client is gone, whether it closed its connection, lost it, or was made to go. */
  leave(leaver: Connection): void {
    if (this.#gone.has(leaver)) return;
    this.#gone.add(leaver);
    this.#presence.withdraw(leaver);
    this.#liveness.ended(leaver);
  }

  /** Closes a connection. It counts as gone at once: its end may be long in coming. */
  #end(connection: Connection, code: CloseCode, reason: string): void {
    connection.close(code, reason);
    this.leave(connection);
  }

  /** Looks who gives no sign of life any more. To be called {@link limits.silence} after activity. */
  sweep(): void {
    this.#presence.sweep();
  }

  /** Compacts the log. Where that fails the operator is told; log and document go on as they were. */
  compact(): void {
    try {
      const pruned = this.#log.compact();
      if (pruned) this.#fanOut.pushOwn(pruned);
    } catch (error) {
      this.#host.report('compaction failed', { reason: (error as Error).message });
    }
  }

  #handle(sender: Connection, message: Message): void {
    switch (message.type) {
      case 'sync-step-1':
        this.#sync(sender, [], this.#missing(message.stateVector));
        return;
      case 'resume': {
        const { epoch, version } = this.#log;
        const known = message.epoch === epoch ? this.#log.since(message.version) : null;
        const updates = known ?? this.#missing(message.stateVector);
        this.#sync(sender, [{ type: 'welcome', epoch, version }], updates);
        return;
      }
      case 'sync-step-2':
        this.#outbox.answered(sender);
        this.#write(sender, message);
        return;
      case 'update':
        this.#write(sender, message);
        return;
      case 'awareness':
        this.#presence.receive(sender, message.update);
        return;
      case 'query-awareness':
        this.#presence.greet(sender);
        return;
      case 'welcome':
      case 'saved':
      case 'unsaved':
        throw new Refusal(CloseCode.unknownType, `A client does not send "${message.type}"`);
    }
  }

  /** The whole first exchange: what the client lacks, that this was all, and what we have. */
  #sync(client: Connection, opening: Message[], updates: readonly Uint8Array[]): void {
    const messages: Message[] = [
      ...opening,
      ...updates.map((update): Message => ({ type: 'update', update })),
      // Stock clients call themselves synced at a sync step 2, whatever is in it.
      { type: 'sync-step-2', update: emptyUpdate },
      this.#syncStep1(),
    ];
    const frames = client.attachment.speaksEdgepad
      ? [encodeMessages(messages)]
      : messages.map(encodeMessage);
    this.#outbox.answer(client, frames);
  }

  #missing(stateVector: Uint8Array): Uint8Array[] {
    return answerToStateVector(this.#log, decodeStateVector(stateVector));
  }

  #syncStep1(): Message {
    return { type: 'sync-step-1', stateVector: this.#log.known.encodeStateVector() };
  }

  /** P1 and P3, the whole of them: check, store, send. No `await` may ever come in between. */
  #write(author: Connection, { type, update }: Message & { update: Uint8Array }): void {
    if (author.attachment.role === 'view') return this.#reject(author, 'read-only');
    const inspection = inspectUpdate(update, this.#log.known);
    if (inspection.type === 'gap') return this.#askForMore(author);
    const { update: stored, contents } = inspection;
    const newClients = this.#newStructs(contents);
    const owner = this.#contestedOwner(author, contents, newClients);
    if (owner) {
      // A forgery, or the client that owns this id on a connection it has lost, or another that passes
      // on what the owner is about to send itself. In none of these does waiting cost a word: it is
      // asked again when it is known which.
      this.#liveness.challenge(owner, author);
      if (type === 'sync-step-2') this.#countGap(author);
      return this.#reject(author, 'gap');
    }
    this.#gaps.delete(author);
    if (this.#log.known.has(contents)) return this.#fanOut.acknowledge(author);
    if (newClients.length > 0 && this.#isFullFor(stored)) return this.#reject(author, 'full');
    this.#log.append(stored, contents, author.attachment.presence?.state ?? null);
    this.#fanOut.push(stored, author);
    // A sync step 2 may bring what others wrote; an update is its sender's own.
    const [client] = newClients;
    if (type === 'update' && newClients.length === 1 && client !== undefined) {
      this.#claims.claim(author, client);
    }
  }

  /**
   * Somebody else who is connected and owns a client id that this update writes under; null when there
   * is none. Where all is to be stored anew, as after a restore, each has what the others wrote, and
   * none could be first: so what an owner has shown as its own may come from anybody.
   */
  #contestedOwner(
    author: Connection,
    { structs }: UpdateContents,
    newClients: readonly number[],
  ): Connection | null {
    let contested: Connection | null = null;
    for (const client of newClients) {
      if (this.#claims.owns(author, client)) continue;
      const owner = this.#claims.ownerBeside(author, client);
      const to = structs.get(client)?.to ?? 0;
      if (owner && !this.#claims.hasAttested(owner, client, to)) contested = owner;
    }
    if (!contested) return null;
    for (const client of newClients) {
      const to = structs.get(client)?.to ?? 0;
      if (this.#claims.owns(author, client)) this.#claims.attest(author, client, to);
    }
    return contested;
  }

  /** The clients an update brings new structs of. */
  #newStructs({ structs }: UpdateContents): number[] {
    const { known } = this.#log;
    return [...structs].filter(([client, { to }]) => to > known.clockOf(client))
      .map(([client]) => client);
  }

  /** A document over its soft limit still takes typing, one over its hard limit only deletions. */
  #isFullFor(update: Uint8Array): boolean {
    const { bytes } = this.#log;
    return bytes > limits.documentBytesHard ||
      (bytes > limits.documentBytesSoft && update.length > limits.smallUpdateBytes);
  }

  /** The update builds on what the log lacks: the client is asked for all that is missing. */
  #askForMore(author: Connection): void {
    this.#reject(author, 'gap');
    // Who types on before it has answered sends one gap after the other, and is not to blame.
    if (this.#outbox.hasAsked(author)) return;
    this.#countGap(author);
    this.#outbox.ask(author);
  }

  #countGap(author: Connection): void {
    const gaps = (this.#gaps.get(author) ?? 0) + 1;
    this.#gaps.set(author, gaps);
    if (gaps > limits.gapsInARow) {
      throw new Refusal(CloseCode.forbiddenContent, 'Updates keep building on what is not there');
    }
  }

  /** Tells the author that its update is not stored. */
  #reject(author: Connection, reason: UnsavedReason): void {
    // Answers keep the order of the updates they answer.
    this.#fanOut.flush();
    if (author.attachment.speaksEdgepad) {
      this.#outbox.send(author, encodeMessage({ type: 'unsaved', reason }));
    } else if (reason === 'read-only') {
      throw new Refusal(CloseCode.forbidden, 'You may read this document and not change it');
    } else if (reason === 'full') {
      throw new Refusal(
        CloseCode.documentFull,
        'This document is full: copy what is new elsewhere',
      );
    }
  }
}
