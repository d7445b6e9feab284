import { CloseCode } from '../../../protocol/close-codes.ts';
import { splitFrame } from '../../../protocol/message-parts.ts';
import {
  emptyUpdate,
  encodeMessage,
  encodeMessages,
  type Message,
} from '../../../protocol/messages.ts';
import { ProtocolError } from '../../../protocol/protocol-error.ts';
import type { RateLimiter } from './rate-limiter.ts';
import type { Connection } from '../connection.ts';
import type { RoomHost } from '../host.ts';
import type { SendQueue } from './send-queue.ts';
import { answerToStateVector, decodeStateVector } from './state-vector.ts';
import type { UpdateLog } from '../log/update-log.ts';

export interface HandshakeParts {
  readonly log: UpdateLog;
  readonly host: Pick<RoomHost, 'now'>;
  readonly allowance: RateLimiter;
  readonly outbox: SendQueue;
  /** The highest number of a schema that any editor of this service has. */
  readonly newestSchema: number;
}

/** "What do I lack?", and all of the answer: what is missing, that this was all, and what we have. */
export class Handshake {
  readonly #parts: HandshakeParts;

  constructor(parts: HandshakeParts) {
    this.#parts = parts;
  }

  /** The question of every Yjs client, sync step 1. */
  answer(client: Connection, stateVector: Uint8Array): void {
    this.#checkMayAsk(client);
    this.#send(client, [], this.#missing(stateVector));
  }

  /** The question of ours, which says up to where it had seen everything. */
  resume(client: Connection, asked: Message & { readonly type: 'resume' }): void {
    this.#checkMayAsk(client);
    const { log, newestSchema } = this.#parts;
    const { epoch, version, schema } = log;
    const { role } = client.attachment.permission;
    const isFromElsewhere = asked.epoch !== '' && asked.epoch !== epoch;
    // Else the copies that its editors have would bring it back.
    if (isFromElsewhere && log.wasDeleted(asked.epoch)) {
      throw new ProtocolError(CloseCode.deleted, 'This document was deleted');
    }
    // One who made a number up would turn everybody else's editor read-only for good. While a
    // deployment is under way a page may honestly be newer than the document it meets.
    if (asked.schema > newestSchema) {
      throw new ProtocolError(
        CloseCode.tryAgainLater,
        `Schema ${asked.schema} is not known here yet: come back later`,
      );
    }
    client.attachment = { ...client.attachment, schema: asked.schema };
    const known = asked.epoch === epoch ? log.since(asked.version) : null;
    const updates = known ?? this.#missing(asked.stateVector);
    this.#send(client, [{ type: 'welcome', epoch, version, role, schema }], updates);
  }

  #send(client: Connection, opening: Message[], updates: readonly Uint8Array[]): void {
    const { log, host, allowance, outbox } = this.#parts;
    const messages: Message[] = [
      ...opening,
      ...updates.map((update): Message => ({ type: 'update', update })),
      // Stock clients call themselves synced at a sync step 2, whatever is in it.
      { type: 'sync-step-2', update: emptyUpdate },
      { type: 'sync-step-1', stateVector: log.state.encodeStateVector() },
    ];
    const frames = client.attachment.speaksEdgepad
      ? splitFrame(encodeMessages(messages))
      : messages.map(encodeMessage);
    const bytes = frames.reduce((sum, frame) => sum + frame.length, 0);
    allowance.answered(client, bytes, host.now());
    outbox.answer(client, frames);
  }

  /** Throws Refusal for one who asks for all again before the last answer is paid for and read. */
  #checkMayAsk(client: Connection): void {
    const { host, allowance, outbox } = this.#parts;
    if (!allowance.mayAsk(client, host.now())) {
      throw new ProtocolError(
        CloseCode.tooMany,
        'Asked for everything again: come back in a moment',
      );
    }
    if (!outbox.mayAsk(client)) {
      throw new ProtocolError(CloseCode.tryAgainLater, 'Answers are not read yet: come back later');
    }
  }

  #missing(stateVector: Uint8Array): Uint8Array[] {
    return answerToStateVector(this.#parts.log, decodeStateVector(stateVector));
  }
}
