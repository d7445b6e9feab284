import { CloseCode } from '../../protocol/close-codes.ts';
import { limits } from '../../protocol/limits.ts';
import {
  decodeMessages,
  encodeMessage,
  encodeMessages,
  type Message,
  MessageError,
} from '../../protocol/messages.ts';
import { inspectUpdate } from './causality.ts';
import type { Connection } from './connection.ts';
import { FanOut } from './fan-out.ts';
import type { RoomHost } from './host.ts';
import { Presence } from './presence.ts';
import { Refusal } from './refusal.ts';
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
  readonly #log: UpdateLog;
  readonly #presence: Presence;
  readonly #fanOut: FanOut;

  constructor(log: UpdateLog, host: RoomHost) {
    this.#log = log;
    this.#presence = new Presence(host);
    this.#fanOut = new FanOut(host, () => log.version);
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
    try {
      if (typeof frame === 'string') {
        throw new Refusal(CloseCode.unknownType, 'Text frames other than "ping" mean nothing here');
      }
      if (frame.length > limits.messageBytes) {
        throw new Refusal(CloseCode.tooBig, `Message over ${limits.messageBytes} bytes`);
      }
      for (const message of decodeMessages(frame)) this.#handle(sender, message);
    } catch (error) {
      if (error instanceof Refusal || error instanceof MessageError) {
        sender.close(error.code, error.message);
      } else {
        sender.close(
          CloseCode.internalError,
          'Something failed here; your changes are still yours',
        );
        throw error;
      }
    }
  }

  /** A client is gone, whether it closed its connection or lost it. */
  leave(leaver: Connection): void {
    this.#presence.withdraw(leaver);
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
      case 'update':
        this.#write(sender, message.update);
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
      { type: 'sync-step-1', stateVector: this.#log.known.encodeStateVector() },
    ];
    if (client.attachment.speaksEdgepad) client.send(encodeMessages(messages));
    else for (const message of messages) client.send(encodeMessage(message));
  }

  #missing(stateVector: Uint8Array): Uint8Array[] {
    return answerToStateVector(this.#log, decodeStateVector(stateVector));
  }

  /** P1 and P3, the whole of them: check, store, send. No `await` may ever come in between. */
  #write(author: Connection, update: Uint8Array): void {
    if (author.attachment.role === 'view') {
      this.#reject(author, 'read-only');
      return;
    }
    const inspection = inspectUpdate(update, this.#log.known);
    if (inspection.type === 'gap') {
      this.#reject(author, 'gap');
      author.send(
        encodeMessage({ type: 'sync-step-1', stateVector: this.#log.known.encodeStateVector() }),
      );
      return;
    }
    if (this.#log.known.has(inspection.contents)) {
      this.#fanOut.acknowledge(author);
      return;
    }
    const { update: stored, contents } = inspection;
    this.#log.append(stored, contents, author.attachment.presence?.state ?? null);
    this.#fanOut.push(stored, author);
  }

  #reject(author: Connection, reason: 'gap' | 'read-only'): void {
    // Answers keep the order of the updates they answer.
    this.#fanOut.flush();
    if (author.attachment.speaksEdgepad) author.send(encodeMessage({ type: 'unsaved', reason }));
    else if (reason === 'read-only') {
      throw new Refusal(CloseCode.forbidden, 'You may only read this');
    }
  }
}
