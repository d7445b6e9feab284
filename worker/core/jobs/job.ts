import type { ContentOutcome } from '../archive/compact-content.ts';
import type { VersionPlan } from '../history/chain.ts';
import type { ThinnedLinks } from '../history/thin-links.ts';
import type { CompactedLog } from '../log/compaction.ts';
import type { Format } from '../render/formats.ts';
import type { RenderedBlock } from '../render/html.ts';

/** What a revision for readers is made of. */
export interface RenderedRevision {
  readonly title: string;
  readonly language: string | null;
  readonly blocks: readonly RenderedBlock[];
}

/**
 * Work on a whole document: its input and its result. Both are plain values, because a host may run a
 * job in another thread. `updates` are those of a log, in their order.
 *
 * To add a job: declare it here and write its function in run-job.ts.
 */
interface Jobs {
  /** Merges the log into a new snapshot, and makes versions. `stateVector` is that of the log. */
  'compact': {
    input: {
      readonly updates: readonly Uint8Array[];
      readonly stateVector: Uint8Array;
      readonly versions: VersionPlan;
    };
    result: CompactedLog;
  };
  /** Removes versions. The result has null for each link that is merged with the next one. */
  'thin-versions': { input: ThinnedLinks; result: readonly (Uint8Array | null)[] };
  /** Validates and merges the content of a document file. */
  'import': { input: { readonly updates: readonly Uint8Array[] }; result: ContentOutcome };
  /** Renders the document in a format; `revision` is set for `page`. */
  'render': {
    input: { readonly updates: readonly Uint8Array[]; readonly format: Format };
    result: { readonly body: string; readonly revision: RenderedRevision | null };
  };
  /** Renders the parts of the document that readers get one by one. */
  'revision': {
    input: { readonly updates: readonly Uint8Array[] };
    result: RenderedRevision;
  };
}

export type JobType = keyof Jobs;

/** One job by its type, as a value. */
export type JobOf<T extends JobType> = { readonly type: T } & Jobs[T]['input'];

/** Any job: a union discriminated by `type`. */
export type Job = { [T in JobType]: JobOf<T> }[JobType];

export type JobResult<T extends JobType> = Jobs[T]['result'];

/** A job took more time or memory than it may. */
export class JobLimitError extends Error {}

export type Outcome<T extends JobType = JobType> =
  | { readonly status: 'done'; readonly result: JobResult<T> }
  /** The job threw, or it took too much time or memory: {@link JobLimitError}. */
  | { readonly status: 'failed'; readonly error: Error }
  /** The host has ended it for a reason that is not in the document. */
  | { readonly status: 'stopped' };
