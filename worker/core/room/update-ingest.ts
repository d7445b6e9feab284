import { CloseCode } from '../../../protocol/close-codes.ts';
import { limits } from '../../../protocol/limits.ts';
import { encodeMessage, type UnsavedReason } from '../../../protocol/messages.ts';
import { ProtocolError } from '../../../protocol/protocol-error.ts';
import { type UpdateContents, validateUpdate } from '../update/validate-update.ts';
import type { ClientIdOwnership } from './client-id-ownership.ts';
import type { Connection } from '../connection.ts';
import { readOnlyReason } from '../access/principal.ts';
import type { Broadcast } from './broadcast.ts';
import type { Liveness } from './liveness.ts';
import type { SendQueue } from './send-queue.ts';
import type { Author, UpdateLog } from '../log/update-log.ts';

/** What an update passes on its way into the log and out to the others. */
export interface UpdateIngestParts {
  readonly log: UpdateLog;
  readonly claims: ClientIdOwnership;
  readonly liveness: Liveness;
  readonly outbox: SendQueue;
  readonly fanOut: Broadcast;
}

/** Takes updates in: each is checked, stored and sent, or its author is told why not. */
export class UpdateIngest {
  readonly #log: UpdateLog;
  readonly #claims: ClientIdOwnership;
  readonly #liveness: Liveness;
  readonly #outbox: SendQueue;
  readonly #fanOut: Broadcast;
  /** Gaps in a row, by connection. */
  readonly #gaps = new WeakMap<Connection, number>();

  constructor({ log, claims, liveness, outbox, fanOut }: UpdateIngestParts) {
    this.#log = log;
    this.#claims = claims;
    this.#liveness = liveness;
    this.#outbox = outbox;
    this.#fanOut = fanOut;
  }

  /** P1 and P3, the whole of them: check, store, send. No `await` may ever come in between. */
  take(author: Connection, type: 'update' | 'sync-step-2', update: Uint8Array): void {
    const { permission, schema } = author.attachment;
    if (permission.role === 'view') return this.#reject(author, 'read-only');
    // It would delete what it does not know from everybody's document.
    if (schema > 0 && schema < this.#log.schema) return this.#reject(author, 'outdated');
    const inspection = validateUpdate(update, this.#log.state);
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
    if (this.#log.state.has(contents)) return this.#fanOut.acknowledge(author);
    if (newClients.length > 0 && this.#isFullFor(stored)) return this.#reject(author, 'full');
    this.#log.append(stored, contents, authorOf(author), schema);
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
      if (owner && !this.#claims.hasConfirmed(owner, client, to)) contested = owner;
    }
    if (!contested) return null;
    for (const client of newClients) {
      const to = structs.get(client)?.to ?? 0;
      if (this.#claims.owns(author, client)) this.#claims.confirm(author, client, to);
    }
    return contested;
  }

  /** The clients an update brings new structs of. */
  #newStructs({ structs }: UpdateContents): number[] {
    const { state } = this.#log;
    return [...structs].filter(([client, { to }]) => to > state.clockOf(client))
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
      throw new ProtocolError(
        CloseCode.forbiddenContent,
        'Updates keep building on what is not there',
      );
    }
  }

  /** Tells the author that its update is not stored. */
  #reject(author: Connection, reason: UnsavedReason): void {
    // Answers keep the order of the updates they answer.
    this.#fanOut.flush();
    if (author.attachment.speaksEdgepad) {
      this.#outbox.send(author, encodeMessage({ type: 'unsaved', reason }));
    } else if (reason === 'read-only') {
      throw new ProtocolError(CloseCode.forbidden, readOnlyReason);
    } else if (reason === 'full') {
      throw new ProtocolError(
        CloseCode.documentFull,
        'This document is full: copy what is new elsewhere',
      );
    }
  }
}

/** Who the author is by its token; else how it introduces itself, which nobody has verified. */
function authorOf({ attachment }: Connection): Author {
  if (attachment.permission.user) return JSON.stringify(attachment.permission.user);
  const { user } = JSON.parse(attachment.presence?.state ?? '{}');
  return user === undefined ? null : JSON.stringify(user).slice(0, 256);
}
