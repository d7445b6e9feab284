import { historyLimits } from '../../../protocol/limits.ts';
import { type Denial, denial } from '../access/principal.ts';
import type { RoomHost } from '../host.ts';
import type { JobOf, Outcome } from '../jobs/job.ts';
import { JobRunner } from '../jobs/job-runner.ts';
import { runJob } from '../jobs/run-job.ts';
import { loadWork } from '../log/load-document.ts';
import type { UpdateLog } from '../log/update-log.ts';
import type { Format, RenderResult, StateResult } from '../render/reader.ts';
import { joinUpdates, joinWork } from '../update/join-updates.ts';
import { sentWork, walkedWork } from '../work/estimates.ts';
import { maxHistoryBytes } from './max-history-bytes.ts';
import { outdatedVersions } from './outdated-versions.ts';
import { countUntil, isListed, versionsInLog } from './take-versions.ts';
import type { Version } from './version.ts';

/** The versions of a document, newest first. */
export interface VersionList {
  /** The current version, which need not be among the kept ones. */
  readonly version: number;
  readonly versions: readonly Version[];
  /** Bytes that versions take beside the document, and the most that they may take. */
  readonly bytes: number;
  readonly maxBytes: number;
}

/** Names the job that removes versions among the unfinished jobs. */
const thinningJob = 'thin-versions';

/** Seconds after which it is worth to ask again for a version that could not be rendered. */
const retryAfter = 60;

const unknownVersion = denial('not-found', 'There is no such version');

/**
 * The versions of one document. Compaction makes them; until then, they are found in the tail of the
 * log. Nothing here runs while a client writes, and nothing is kept in memory.
 */
export class History {
  readonly #log: UpdateLog;
  readonly #host: Pick<RoomHost, 'now' | 'report' | 'jobs' | 'work'>;
  readonly #jobs: JobRunner;
  #isThinning = false;

  constructor(log: UpdateLog, host: Pick<RoomHost, 'now' | 'report' | 'jobs' | 'work'>) {
    this.#log = log;
    this.#host = host;
    this.#jobs = new JobRunner(log, host);
  }

  list(): VersionList {
    const { version, bytes } = this.#log;
    return {
      version,
      versions: this.#versions().toReversed(),
      bytes: this.#bytes(),
      maxBytes: maxHistoryBytes(bytes),
    };
  }

  /** Renders a version: one that is kept, or any after the last compaction. */
  read(version: number, format: Format): RenderResult | Promise<RenderResult> {
    const updates = this.#updatesOf(version);
    if (updates === null) return { status: 'missing' };
    const bytes = updates.reduce((sum, { length }) => sum + length, 0);
    // Few bytes may take many steps.
    this.#host.work.charge(Math.max(loadWork(bytes), this.#log.loadingUnits));
    const tag = `${version}.${this.#log.epoch}`;
    const toResult = (outcome: Outcome<'render'>): RenderResult =>
      outcome.status === 'done'
        ? { status: 'read', tag, body: outcome.result.body }
        : { status: 'unavailable', retryAfter };
    const job: JobOf<'render'> = { type: 'render', updates, format };
    const { jobs } = this.#host;
    if (this.#log.work + bytes <= jobs.inlineWork) return toResult(runJob(job));
    return new Promise((resolve) => jobs.runLarge(job, (outcome) => resolve(toResult(outcome))));
  }

  /** A version as one Yjs update. */
  state(version: number): StateResult {
    const updates = this.#updatesOf(version);
    if (updates === null) return { status: 'missing' };
    const update = joinUpdates(updates);
    this.#host.work.charge(joinWork(updates) + sentWork(update.length));
    return { status: 'read', tag: `${version}.${this.#log.epoch}`, update };
  }

  /** Keeps the current version under a name. */
  name(name: string): Version | Denial {
    const { version } = this.#log;
    if (version === 0) return denial('not-found', 'Nothing has been written here yet');
    return this.#setName({ version, at: this.#versionTime(), reason: 'name', name });
  }

  /** Names a kept version; null removes its name. */
  rename(version: number, name: string | null): Version | Denial {
    const kept = this.#versions().find((one) => one.version === version);
    return kept ? this.#setName({ ...kept, name }) : unknownVersion;
  }

  /** Removes a version from the list, and its content as soon as no other version has it. */
  remove(version: number): Denial | null {
    const { versions } = this.#log;
    const kept = this.#versions().find((one) => one.version === version);
    if (!kept) return unknownVersion;
    // Until the next compaction, it would be found in the log again.
    if (version >= versions.readStart().version) versions.put({ ...kept, reason: 'deleted' });
    else versions.remove(version);
    this.#host.work.charge(loadWork(this.#bytes()));
    this.thin();
    return null;
  }

  /**
   * Removes what is left of deleted versions, versions that are too close for their age, and the least
   * valuable ones when the versions take too much. Call it after a compaction.
   */
  thin(): void {
    const log = this.#log;
    if (!log.exists || this.#isThinning || this.#jobs.startableAt(thinningJob) > 0) return;
    const stored = new Map(log.versions.list().map((version) => [version.version, version]));
    const sizes = log.versions.linkSizes();
    const kept = sizes.flatMap(({ version }) => {
      const found = stored.get(version);
      return found && isListed(found) ? [found] : [];
    });
    const outdated = new Set(outdatedVersions(kept, this.#host.now()));
    if (outdated.size < historyLimits.thinnedTogether) outdated.clear();
    const listed = new Map(
      kept.filter((version) => !outdated.has(version)).map((version) => [version.version, version]),
    );
    const older = sizes.slice(0, -1);
    const maxBytes = maxHistoryBytes(log.bytes);
    const isTooLarge = (this.#bytes() > maxBytes || sizes.length > historyLimits.versions) &&
      older.some(({ version }) => listed.get(version)?.name === null);
    if (!isTooLarge && older.every(({ version }) => listed.has(version))) return;
    this.#startThinning(sizes.map(({ version }) => version), listed, maxBytes);
  }

  #startThinning(
    links: readonly number[],
    listed: ReadonlyMap<number, Version>,
    maxBytes: number,
  ): void {
    const { epoch, versions } = this.#log;
    const job = {
      type: 'thin-versions',
      links: versions.linksUntil(links.at(-1)!), // not empty
      listed: links.map((version) => listed.has(version)),
      fixed: links.map((version) => typeof listed.get(version)?.name === 'string'),
      maxBytes,
      maxCount: historyLimits.versions,
    } as const;
    const bytes = job.links.reduce((sum, { length }) => sum + length, 0);
    this.#isThinning = true;
    const done = (outcome: Outcome<'thin-versions'>) => {
      this.#isThinning = false;
      if (outcome.status !== 'done' || !this.#log.exists || this.#log.epoch !== epoch) return;
      const { result } = outcome;
      this.#replaceLinks(new Map(links.map((version, i) => [version, result[i] ?? null])));
    };
    this.#jobs.run(thinningJob, job, done, this.#log.work + bytes);
  }

  #replaceLinks(links: ReadonlyMap<number, Uint8Array | null>): void {
    const { versions } = this.#log;
    // A version may have been named meanwhile.
    const named = versions.list().filter(({ name }) => name !== null);
    if (named.some(({ version }) => links.get(version) === null)) return;
    try {
      versions.replaceLinks(links);
    } catch (error) {
      return this.#jobs.noteFailure(thinningJob, error as Error);
    }
    // A version may have been deleted meanwhile.
    this.thin();
  }

  #setName(version: Version): Version | Denial {
    const { versions } = this.#log;
    const { names } = historyLimits;
    const others = versions.list().filter((one) =>
      one.name !== null && isListed(one) && one.version !== version.version
    );
    if (version.name !== null && others.length >= names) {
      return denial('limit-reached', `A document has at most ${names} versions with a name`);
    }
    const sizes = new Map(versions.linkSizes().map(({ version, bytes }) => [version, bytes]));
    const bytes = others.reduce((sum, { version }) => sum + (sizes.get(version) ?? 0), 0);
    if (version.name !== null && bytes > maxHistoryBytes(this.#log.bytes)) {
      return denial('limit-reached', 'The versions with a name take too much space. Delete some');
    }
    versions.put(version);
    return version;
  }

  /** The versions that are kept, oldest first. */
  #versions(): Version[] {
    const { unlinked, start, end } = this.#inLog();
    const stored = this.#log.versions.list().filter(isListed)
      .filter(({ version }) => version <= start.version);
    const listed = new Map([...stored, ...unlinked].map((version) => [version.version, version]));
    const now = this.#host.now();
    // The next update will make it a version.
    if (!end.isVersion && end.at !== null && now - end.at >= historyLimits.pause) {
      const { version, at } = end;
      listed.set(version, { version, at, reason: 'pause', name: null });
    }
    return [...listed.values()];
  }

  #versionTime(): number {
    return this.#inLog().end.at ?? this.#host.now();
  }

  #inLog() {
    const log = this.#log;
    this.#host.work.requireCapacity();
    this.#host.work.charge(walkedWork(log.bytes));
    return versionsInLog(log.versions, {
      tail: log.storedTail(),
      state: log.snapshotState(),
      bytes: log.bytes,
    });
  }

  #bytes(): number {
    return this.#log.versions.linkSizes().reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Updates that are a version; null for a version that is not there. */
  #updatesOf(version: number): Uint8Array[] | null {
    const log = this.#log;
    if (!log.exists || !(version > 0 && version <= log.version)) return null;
    this.#host.work.requireCapacity();
    const stored = log.versions.list().find((one) => one.version === version);
    if (stored && !isListed(stored)) return null;
    if (version < log.versions.readStart().version) {
      return stored ? log.versions.linksUntil(version) : null;
    }
    const tail = log.storedTail();
    return log.allUpdates(tail.slice(0, countUntil(tail, version)));
  }
}
