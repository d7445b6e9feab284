import { limits } from '../../protocol/limits.ts';
import type { Connection } from './connection.ts';
import type { DocumentHost } from './host.ts';
import type { UpdateLog } from './log/update-log.ts';

/** How long after the update that made it due a compaction runs, in milliseconds. */
const compactionDelay = 1000;
/** Each sweep follows after so many times the idle time of the one before. */
const sweepGrowth = 4;
/** Idle time after which no sweep follows, in milliseconds: four sweeps after the last activity. */
const maxSweepIdle = limits.presenceTimeout * sweepGrowth ** 3;

/** What the alarm needs of the log. */
type DueLog = Pick<UpdateLog, 'compactionDueAt' | 'exists' | 'version'>;

/**
 * Schedules the one alarm of a document: for compaction, for the sweeps after the last activity, and
 * for the expiry of a permission. A client may vanish at any time after the last activity, so a few
 * sweeps follow at growing intervals. Each change of an alarm writes to storage, so the time that is set
 * is remembered, and an alarm is set only for an earlier one. A document that does not exist gets no
 * alarm: reading it must not write.
 */
export class DocumentAlarm {
  readonly #log: DueLog;
  readonly #host: Pick<DocumentHost, 'now' | 'setAlarm'>;
  readonly #connections: () => Iterable<Connection>;
  #setFor = Infinity;
  #activeAt = 0;

  constructor(
    log: DueLog,
    host: Pick<DocumentHost, 'now' | 'setAlarm'>,
    connections: () => Iterable<Connection>,
  ) {
    this.#log = log;
    this.#host = host;
    this.#connections = connections;
  }

  /** Runs `work`, and counts it as activity if it stored an update. */
  trackActivity<T>(work: () => T): T {
    const { version } = this.#log;
    try {
      return work();
    } finally {
      if (this.#log.version !== version) this.noteActivity();
    }
  }

  /** Schedules compaction if it is due, else a sweep for when silent clients have timed out. */
  noteActivity(): void {
    if (!this.#log.exists) return;
    this.#activeAt = this.#host.now();
    const compactAt = Math.max(this.#log.compactionDueAt, this.#activeAt + compactionDelay);
    this.#setAt(Math.min(compactAt, this.#activeAt + limits.presenceTimeout));
  }

  /** Schedules a sweep for when a permission expires; `time` is null for one that does not. */
  sweepAt(time: number | null): void {
    if (time !== null && this.#log.exists) this.#setAt(time + 1);
  }

  /** The alarm has fired, or was erased with the document. */
  reset(): void {
    this.#setFor = Infinity;
  }

  /**
   * Schedules the next sweep, the next expiry, and the next attempt of a compaction that has not finished.
   */
  scheduleNext(): void {
    if (!this.#log.exists) return;
    const now = this.#host.now();
    const compactAt = Math.max(this.#log.compactionDueAt, now + compactionDelay);
    this.#setAt(Math.min(compactAt, this.#nextSweep(now)));
  }

  #nextSweep(now: number): number {
    let others = -1;
    // The memory of the last activity ends with hibernation.
    const times = [this.#activeAt];
    for (const { attachment } of this.#connections()) {
      others++;
      times.push(attachment.activeAt ?? 0);
    }
    if (others < 1) return Infinity;
    // The wall clock may have been set back.
    const idle = now - Math.max(...times.filter((time) => time <= now), 0);
    if (idle < limits.presenceTimeout) return now - idle + limits.presenceTimeout;
    return idle < maxSweepIdle ? now + (sweepGrowth - 1) * idle : Infinity;
  }

  #setAt(time: number): void {
    // The new alarm replaces the stored one, which may be for an expiry and is unknown after a wake.
    const earliest = this.#setFor === Infinity ? Math.min(time, this.#nextExpiry() + 1) : time;
    if (earliest >= this.#setFor) return;
    this.#setFor = earliest;
    this.#host.setAlarm(earliest);
  }

  #nextExpiry(): number {
    let next = Infinity;
    for (const { attachment } of this.#connections()) {
      next = Math.min(next, attachment.permission.expiresAt ?? Infinity);
    }
    return next;
  }
}
