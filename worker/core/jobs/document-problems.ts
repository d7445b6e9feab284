import type { DocumentProblem } from '../../../protocol/answers/document-problem.ts';
import { compactionJob, type UpdateLog } from '../log/update-log.ts';
import { maxAttempts } from './unfinished-jobs.ts';

/** What does not work while the job fails. */
const effects: Readonly<Record<string, string>> = {
  [compactionJob]: 'This document opens and saves, but more slowly with each change',
  'render page': 'Readers cannot open the read-only page',
  'render changes': 'The read-only page does not show new text',
  'render html': 'This document cannot be read or downloaded as HTML',
  'render md': 'This document cannot be read or downloaded as Markdown',
  'render txt': 'This document cannot be read or downloaded as text',
  'render json': 'This document cannot be read or downloaded as JSON',
  'thin-versions': 'Deleted and old versions of this document keep their space',
  'render roots': 'Programs cannot read everything in this document',
};

const remedy = 'It may be too long, or have too many pieces. Move some of its content to another ' +
  'document, or ask the operator of the service, whose log has the reason.';

/** The jobs of a document that have failed so often that its owners have to know. */
export function problemsOf(log: UpdateLog, now: number): DocumentProblem[] {
  return [...log.unfinished].filter(({ attempts }) => attempts >= maxAttempts)
    .map(({ job, attempts }) => {
      const startableAt = log.unfinished.startableAt(job, log.version, now);
      const nextAttempt = startableAt === Infinity
        ? null
        : new Date(Math.max(now, startableAt)).toISOString();
      const affects = job === compactionJob ? 'compaction' : job.replace('render ', '');
      const effect = effects[job] ?? 'A part of the service cannot use this document';
      const detail = `${effect}: the service has tried ${attempts} times to prepare it. ${remedy}`;
      return { affects, attempts, nextAttempt, detail };
    });
}
