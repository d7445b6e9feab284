import { compactContent } from '../archive/compact-content.ts';
import { thinLinks } from '../history/thin-links.ts';
import { compactUpdates } from '../log/compaction.ts';
import { loadDocument } from '../log/load-document.ts';
import { readDocument, renderers } from '../render/formats.ts';
import type { DocumentContent } from '../render/formats.ts';
import { renderBlocks } from '../render/html.ts';
import type { Job, JobOf, JobResult, JobType, Outcome, RenderedRevision } from './job.ts';

/** Runs a job. An exception becomes part of the outcome. */
export function runJob<T extends JobType>(job: JobOf<T>): Outcome<T> {
  try {
    // The compiler does not relate the type of a job to its function.
    const run = functions[job.type] as unknown as (job: JobOf<T>) => JobResult<T>;
    return { status: 'done', result: run(job) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { status: 'failed', error };
  }
}

const functions: { readonly [T in JobType]: (job: Job & JobOf<T>) => JobResult<T> } = {
  'compact': ({ updates, stateVector, versions }) => compactUpdates(updates, stateVector, versions),
  'thin-versions': thinLinks,
  'import': ({ updates }) => compactContent(updates),
  'render': ({ updates, format }) =>
    withContent(updates, (content) => ({
      body: renderers[format](content),
      revision: format === 'page' ? revisionOf(content) : null,
    })),
  'revision': ({ updates }) => withContent(updates, revisionOf),
};

function withContent<T>(updates: readonly Uint8Array[], work: (content: DocumentContent) => T): T {
  const doc = loadDocument(updates);
  try {
    return work(readDocument(doc));
  } finally {
    doc.destroy();
  }
}

export function revisionOf({ title, language, blocks }: DocumentContent): RenderedRevision {
  return { title, language, blocks: renderBlocks(blocks) };
}
