import { CloseCode } from '../../../protocol/close-codes.ts';
import { limits } from '../../../protocol/limits.ts';
import { decodeMessages, encodeMessage, type Message } from '../../../protocol/messages.ts';
import type { AccessList } from '../access/access-list.ts';
import { RateLimiter } from './rate-limiter.ts';
import { ClientIdOwnership } from './client-id-ownership.ts';
import { DigestResponder } from './digest-responder.ts';
import type { Connection } from '../connection.ts';
import { closeCodes } from '../access/principal.ts';
import { Broadcast } from './broadcast.ts';
import { Handshake } from './handshake.ts';
import { IncomingParts } from './message-parts.ts';
import type { RoomHost } from '../host.ts';
import { MessageQueue } from './message-queue.ts';
import { UpdateIngest } from './update-ingest.ts';
import { Liveness } from './liveness.ts';
import { SendQueue } from './send-queue.ts';
import { Presence } from './presence.ts';
import { TokenRefresh } from './token-refresh.ts';
import { ProtocolError } from '../../../protocol/protocol-error.ts';
import { schemaNumber } from '../../../protocol/schema.ts';
import type { UpdateLog } from '../log/update-log.ts';

const tooFast = 'Too many messages at once: come back in a moment';

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
  readonly #allowance = new RateLimiter();
  readonly #inbox: MessageQueue;
  readonly #outbox: SendQueue;
  readonly #liveness: Liveness;
  readonly #presence: Presence;
  readonly #fanOut: Broadcast;
  readonly #intake: UpdateIngest;
  readonly #gone = new WeakSet<Connection>();
  readonly #parts: IncomingParts;
  readonly #exchange: Handshake;
  readonly #renewal: TokenRefresh;
  readonly #comparison: DigestResponder;
  readonly #access: AccessList;

  /** `newestSchema`: the highest number of a schema that any editor of this service has. */
  constructor(log: UpdateLog, access: AccessList, host: RoomHost, newestSchema = schemaNumber) {
    this.#host = host;
    this.#log = log;
    this.#access = access;
    this.#parts = new IncomingParts(
      host,
      (sender, reason) => this.#end(sender, CloseCode.tryAgainLater, reason),
    );
    this.#inbox = new MessageQueue(host, this.#allowance, {
      handle: (sender, message) => this.#guard(sender, () => this.#handle(sender, message)),
      flooded: (sender) => this.#end(sender, CloseCode.tooMany, tooFast),
    });
    this.#outbox = new SendQueue(host, {
      syncStep1: () => {
        return encodeMessage({ type: 'sync-step-1', stateVector: log.state.encodeStateVector() });
      },
      tooFarBehind: (client) =>
        this.#end(client, CloseCode.tryAgainLater, 'Too far behind: come back for the rest'),
      guessed: () => {
        throw new ProtocolError(
          CloseCode.forbiddenContent,
          'Sync step 2 without a sync step 1, repeatedly',
        );
      },
    });
    this.#exchange = new Handshake({
      log,
      host,
      allowance: this.#allowance,
      outbox: this.#outbox,
      newestSchema,
    });
    const claims = new ClientIdOwnership(host);
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
      claims,
      (owner, newcomer) => this.#liveness.challenge(owner, newcomer),
    );
    this.#fanOut = new Broadcast(host, this.#outbox, () => log.version);
    this.#comparison = new DigestResponder(log, host, (client, digest) => {
      // What is still being gathered for this client it must have before it compares.
      this.#fanOut.flush();
      this.#outbox.send(client, encodeMessage({ type: 'digest', digest }));
    });
    this.#intake = new UpdateIngest({
      log,
      claims,
      liveness: this.#liveness,
      outbox: this.#outbox,
      fanOut: this.#fanOut,
    });
    this.#renewal = new TokenRefresh({
      host,
      access,
      exists: () => log.exists,
      guard: (client, work) => {
        if (!this.#gone.has(client)) this.#guard(client, work);
      },
      roleChanged: (client) => {
        const { role } = client.attachment.permission;
        this.#outbox.send(client, encodeMessage({ type: 'role', role }));
      },
    });
  }

  /** A client has connected: it is told who is here. The document it asks for itself. */
  join(newcomer: Connection): void {
    this.#presence.greet(newcomer);
  }

  /**
   * Takes one frame of a client: it is handled now or, where the client sends many, in a moment. What
   * cannot be accepted closes that client's connection with the code that says why, and nobody else
   * notices. Anything unexpected, such as a database that fails, closes it with 1011 and is thrown on,
   * to be reported; the client comes back and sends again.
   */
  receive(sender: Connection, frame: Uint8Array | string): void {
    // Frames that were under way when we closed this connection still arrive.
    if (this.#gone.has(sender)) return;
    this.#liveness.heard(sender);
    this.#guard(sender, () => {
      this.#requireGrant(sender);
      if (typeof frame === 'string') {
        throw new ProtocolError(
          CloseCode.unknownType,
          'Text frames other than "ping" mean nothing here',
        );
      }
      if (frame.length > limits.messageBytes) {
        throw new ProtocolError(CloseCode.tooBig, `Message over ${limits.messageBytes} bytes`);
      }
      const messages = decodeMessages(frame, limits.messagesPerFrame);
      for (const message of messages) {
        if (this.#gone.has(sender)) return;
        this.#inbox.take(sender, message, frame.length / messages.length);
      }
    });
  }

  /** Throws Refusal for one whose key or token holds no more. */
  #requireGrant({ attachment }: Connection): void {
    const denial = this.#access.denialOf(attachment.permission);
    if (denial) throw new ProtocolError(closeCodes[denial.code], denial.detail);
  }

  /** A frame that came in parts: its bytes have been paid for, and now the messages in it are. */
  #handleAll(sender: Connection, frame: Uint8Array): void {
    for (const message of decodeMessages(frame, limits.messagesPerFrame)) {
      if (this.#gone.has(sender)) return;
      this.#allowance.spend(sender, 0, this.#host.now());
      if (message.type === 'part') {
        throw new ProtocolError(CloseCode.malformed, 'Cannot join parts: they hold parts');
      }
      this.#handle(sender, message);
    }
  }

  /** Answers what goes wrong on behalf of a client, once: with the end of its connection. */
  #guard(sender: Connection, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (error instanceof ProtocolError) {
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
    // What it had sent before, it had sent.
    this.#inbox.finish(leaver);
    if (this.#gone.has(leaver)) return;
    this.#gone.add(leaver);
    this.#outbox.forget(leaver);
    this.#parts.forget(leaver);
    this.#comparison.forget(leaver);
    this.#presence.withdraw(leaver);
    this.#liveness.ended(leaver);
  }

  /** Closes a connection. It counts as gone at once: its end may be long in coming. */
  #end(connection: Connection, code: CloseCode, reason: string): void {
    this.#inbox.forget(connection);
    connection.close(code, reason);
    this.leave(connection);
  }

  /**
   * Looks who gives no sign of life any more, and whose access has ended. To be called
   * {@link limits.presenceTimeout} after activity, when a permission expires, and when access was withdrawn.
   */
  sweep(): void {
    for (const connection of [...this.#host.connections()]) {
      this.#guard(connection, () => this.#requireGrant(connection));
    }
    this.#presence.sweep();
  }

  /** Ends every connection. */
  endAll(code: CloseCode, reason: string): void {
    for (const connection of [...this.#host.connections()]) this.#end(connection, code, reason);
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
        this.#exchange.answer(sender, message.stateVector);
        return;
      case 'resume':
        this.#exchange.resume(sender, message);
        return;
      case 'sync-step-2':
        this.#outbox.answered(sender);
        this.#intake.take(sender, message.type, message.update);
        return;
      case 'update':
        this.#intake.take(sender, message.type, message.update);
        return;
      case 'awareness':
        this.#presence.receive(sender, message.update);
        return;
      case 'query-awareness':
        this.#spendWithin(sender, this.#presence.greet(sender));
        return;
      case 'part': {
        const whole = this.#parts.add(sender, message);
        if (whole) this.#handleAll(sender, whole);
        return;
      }
      case 'compare':
        this.#comparison.ask(sender);
        return;
      case 'token':
        this.#renewal.begin(sender, message.token);
        return;
      case 'welcome':
      case 'saved':
      case 'unsaved':
      case 'digest':
      case 'role':
        throw new ProtocolError(CloseCode.unknownType, `A client does not send "${message.type}"`);
    }
  }

  /** Pays for work that its frame has not paid for. Throws Refusal where that would take too long. */
  #spendWithin(sender: Connection, bytes: number): void {
    const now = this.#host.now();
    this.#allowance.spend(sender, bytes, now);
    if (this.#allowance.wait(sender, 0, now) > limits.maxQueueDelay) {
      throw new ProtocolError(CloseCode.tooMany, tooFast);
    }
  }
}
