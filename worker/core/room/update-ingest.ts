import { CloseCode } from '../../../protocol/close-codes.ts';
import { limits } from '../../../protocol/limits.ts';
import { encodeMessage, type UnsavedReason } from '../../../protocol/messages.ts';
import { ProtocolError } from '../../../protocol/protocol-error.ts';
import type { RoomHost } from '../host.ts';
import { compareWithLog } from '../log/compare-with-log.ts';
import type { Author, UpdateLog } from '../log/update-log.ts';
import { StorageError } from '../sql.ts';
import type { UpdateContents } from '../update/log-state.ts';
import { RepeatedStructureError, validateUpdate } from '../update/validate-update.ts';
import type { Broadcast } from './broadcast.ts';
import { type Conflict, findConflict, recordAuthor } from './client-id-ownership.ts';
import { checkLiveness, probeChallengers } from './liveness.ts';
import type { ResendReason, Session, Sessions } from './session.ts';
import { StorageRetry } from './storage-retry.ts';

/** Validates, stores and broadcasts updates, or rejects them with a reason. */
export class UpdateIngest {
  readonly #log: UpdateLog;
  readonly #sessions: Sessions;
  readonly #broadcast: Broadcast;
  readonly #host: Pick<RoomHost, 'after' | 'monotonicNow'>;
  readonly #storageRetry: StorageRetry;

  constructor(
    log: UpdateLog,
    sessions: Sessions,
    broadcast: Broadcast,
    host: Pick<RoomHost, 'after' | 'monotonicNow'>,
  ) {
    this.#log = log;
    this.#sessions = sessions;
    this.#broadcast = broadcast;
    this.#host = host;
    this.#storageRetry = new StorageRetry(host);
  }

  /**
   * Validates, stores and broadcasts one update. P1 and P3 depend on it being synchronous: no `await`
   * may separate these steps. Throws {@link ProtocolError} for an invalid update.
   */
  ingest(author: Session, type: 'update' | 'sync-step-2', update: Uint8Array): void {
    this.#ingest(author, type, update);
    // Answers arrive in the order of the probes. With none left, the probe for the challengers, if
    // there was one, is answered.
    if (type === 'sync-step-2' && !author.window.awaitsAnswer) probeChallengers(author);
  }

  #ingest(author: Session, type: 'update' | 'sync-step-2', update: Uint8Array): void {
    const { permission, schema } = author.attachment;
    if (permission.role === 'view') return this.#reject(author, 'read-only');
    // An older editor deletes the nodes that its schema does not know.
    if (schema > 0 && schema < this.#log.schema) return this.#reject(author, 'outdated');
    if (type === 'sync-step-2') author.mustResend = null;
    else if (author.mustResend) return this.#reject(author, author.mustResend);
    const result = this.#validate(update);
    if (result.type === 'gap') return this.#rejectGap(author);
    // Compared first: an update that is valid in another document is no attack.
    const isRepeated = result.type === 'forbidden' || result.isRepeated;
    if (isRepeated && !this.#mayCompare(author)) return this.#rejectGap(author);
    if (isRepeated && this.#isForked(author, update)) return this.#reject(author, 'forked');
    if (result.type === 'forbidden') throw result.error;
    const { update: stored, contents } = result;
    const newClients = this.#clientsWithNewStructs(contents);
    const conflict = findConflict(this.#sessions, author, contents, newClients);
    if (conflict) {
      const reason = this.#dispute(author, conflict);
      if (type === 'sync-step-2') this.#countGap(author);
      return this.#reject(author, reason);
    }
    // An empty answer after a gap brings nothing of what the log lacks.
    if (type === 'update' || contents.structs.size > 0) author.gapsInARow = 0;
    author.dispute = null;
    if (this.#log.state.has(contents)) return this.#broadcast.acknowledge(author);
    if (newClients.length > 0 && this.#exceedsSize(stored)) return this.#reject(author, 'full');
    const admitted = this.#admit(author, stored);
    if (admitted === null) return this.#reject(author, 'full');
    if (!this.#store(admitted, contents, author)) return this.#reject(author, 'not-stored');
    this.#broadcast.push(admitted, author);
    this.#storageRetry.succeeded();
    // A sync step 2 may contain what others wrote; an update is its sender's own, unless it relays.
    if (type === 'update') { for (const client of newClients) recordAuthor(author, client); }
  }

  #validate(update: Uint8Array) {
    try {
      return validateUpdate(update, this.#log.state);
    } catch (error) {
      if (error instanceof RepeatedStructureError) return { type: 'forbidden', error } as const;
      throw error;
    }
  }

  /** Returns false when the database cannot write. The client keeps the update. */
  #store(update: Uint8Array, contents: UpdateContents, author: Session): boolean {
    try {
      this.#log.append(update, contents, authorOf(author), author.attachment.schema);
      return true;
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      // A stock client is closed, and sends everything when it returns.
      if (author.attachment.speaksEdgepad) this.#storageRetry.add(author);
      return false;
    }
  }

  /**
   * Returns the reason for rejecting structs under another session's client id. The author may forge
   * them, be the owner on a new connection, or relay what the owner is about to send. Rejecting loses
   * no data: the owner is probed, and after its answer the author. If the owner did not have the
   * structs, the author needs another client id (`forked`).
   */
  #dispute(author: Session, { owner, client, to }: Conflict): 'gap' | 'forked' {
    const { dispute } = author;
    checkLiveness(owner, author, this.#host);
    if (dispute && this.#log.state.clockOf(dispute.client) >= dispute.to) {
      author.gapsInARow = 0; // the owner has confirmed what was relayed
    } else if (dispute?.client === client && dispute.isAnswered) {
      return 'forked';
    }
    author.dispute = { owner, client, to, isAnswered: false };
    return 'gap';
  }

  /** Charges for the work, also when the update is rejected. */
  #admit({ limiter }: Session, update: Uint8Array): Uint8Array | null {
    try {
      return this.#log.admit(update);
    } finally {
      limiter.charge(this.#log.admissionWork, this.#host.monotonicNow());
    }
  }

  /** Comparing reads stored content. It is charged like the answer to a sync step 1. */
  #mayCompare({ limiter }: Session): boolean {
    return limiter.allowsAnswer(this.#host.monotonicNow());
  }

  #isForked({ limiter }: Session, update: Uint8Array): boolean {
    const { isForked, work } = compareWithLog(update, this.#log);
    limiter.chargeAnswer(work, this.#host.monotonicNow());
    return isForked;
  }

  #clientsWithNewStructs({ structs }: UpdateContents): number[] {
    const { state } = this.#log;
    return [...structs].filter(([client, { to }]) => to > state.clockOf(client))
      .map(([client]) => client);
  }

  /** Over its soft limit a document accepts small updates, over its hard limit only deletions. */
  #exceedsSize(update: Uint8Array): boolean {
    const { bytes } = this.#log;
    return bytes > limits.documentBytesHard ||
      (bytes > limits.documentBytesSoft && update.length > limits.smallUpdateBytes);
  }

  /** Rejects an update with a gap, or one not compared yet: asks for everything that the log lacks. */
  #rejectGap(author: Session): void {
    this.#reject(author, 'gap');
    // A client that goes on typing before it has answered sends one gap after the other.
    if (author.window.awaitsAnswer) return;
    this.#countGap(author);
    author.probe();
  }

  #countGap(author: Session): void {
    if (++author.gapsInARow > limits.gapsInARow) {
      // After 1008, y-websocket would reconnect at once, for good.
      throw new ProtocolError(
        author.attachment.speaksEdgepad ? CloseCode.forbiddenContent : CloseCode.conflict,
        'Updates repeatedly build on content that the service does not have',
      );
    }
  }

  #reject(author: Session, reason: UnsavedReason): void {
    author.log.rejected(reason);
    // Answers must arrive in the order of the updates they answer.
    this.#broadcast.flush();
    if (author.attachment.speaksEdgepad) {
      if (isTemporary(reason)) author.mustResend = reason;
      author.send(encodeMessage({ type: 'unsaved', reason }));
    } else if (reason === 'read-only') {
      // A stock client sends its updates again each time it connects: closed, it would not stop.
    } else if (reason === 'full') {
      throw new ProtocolError(
        CloseCode.documentFull,
        'This document is full. Copy your new text to another document.',
      );
    } else if (reason === 'not-stored') {
      throw new ProtocolError(CloseCode.tryAgainLater, notStoredReason);
    } else if (reason === 'forked') {
      throw new ProtocolError(CloseCode.conflict, forkedReason);
    }
  }
}

/** Whether the client sends everything that the log lacks again, after an answer with this reason. */
function isTemporary(reason: UnsavedReason): reason is ResendReason {
  return reason === 'gap' || reason === 'forked' || reason === 'not-stored';
}

const forkedReason =
  'The service has other text under the client id of this page. Copy your new text, then reload.';
const notStoredReason =
  'The service cannot store changes at present. Keep the page open: it sends them again.';

/** The user of the author's token; otherwise the unverified `user` of its awareness state. */
function authorOf({ attachment }: Session): Author {
  if (attachment.permission.user) return JSON.stringify(attachment.permission.user);
  const { user } = JSON.parse(attachment.presence?.state ?? '{}');
  return user === undefined ? null : JSON.stringify(user).slice(0, 256);
}
