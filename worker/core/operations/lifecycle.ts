import { CloseCode } from '../../../protocol/close-codes.ts';
import { limits, workLimits } from '../../../protocol/limits.ts';
import { schemaNumber } from '../../../protocol/schema.ts';
import { denial } from '../access/principal.ts';
import { exportDocument } from '../archive/export-document.ts';
import type { DocumentFile } from '../archive/document-reader.ts';
import {
  importDocument,
  importWork,
  integrationWork,
  validateSettings,
} from '../archive/import-document.ts';
import { JobLimitError, type Outcome } from '../jobs/job.ts';
import { runJob } from '../jobs/run-job.ts';
import type { CompactedLog } from '../log/compaction.ts';
import type { UpdateLog } from '../log/update-log.ts';
import { problemsOf } from '../jobs/document-problems.ts';
import { workOf } from '../log/work.ts';
import type { UpdateContents } from '../update/log-state.ts';
import { validateUpdate } from '../update/validate-update.ts';
import { sentWork } from '../work/estimates.ts';
import type { DocumentParts, Handlers } from './handler.ts';
import type { ImportResult, RevokedKeys } from './operations.ts';

const tooExpensive =
  'Cannot import document: loading it takes too long. Delete some content and export it again.';
const missing = denial('not-found', 'There is no such document');

export const lifecycleHandlers: Handlers<
  'admit-content' | 'create' | 'delete' | 'export' | 'import' | 'list-problems'
> = {
  'admit-content'({ log, work }, { characters }) {
    if (log.exists) return false;
    work.requireCapacity();
    work.charge(characters / workLimits.writtenCharacters);
    return true;
  },

  'create'({ sql, log, access, room, work }, { keys, update = null }) {
    if (log.exists) return false;
    const content = update && admitFirst(log, update);
    work.charge(log.admissionWork);
    if (update && content === null) return tooMuchContent;
    try {
      sql.transaction(() => {
        log.create();
        for (const key of keys) access.keys.add(key);
        if (content) log.append(content.update, content.contents, null, schemaNumber);
      });
    } catch (error) {
      log.invalidate();
      access.invalidate();
      throw error;
    }
    // Clients may already be connected to the empty document of this name, and lack the content.
    if (content) {
      room.closeAll(CloseCode.serviceRestart, 'This document was created. Connect again');
    }
    return true;
  },

  'delete': (parts) => parts.log.exists ? deleteDocument(parts) : missing,

  'list-problems': ({ log, host }) => problemsOf(log, host.now()),

  'export'({ sql, log, work }) {
    if (!log.exists) return missing;
    work.requireCapacity();
    const pieces = exportDocument(sql, log);
    work.charge(sentWork(pieces.reduce((sum, { length }) => sum + length, 0)));
    return pieces;
  },

  async 'import'(parts, { file }) {
    const { log, work, host } = parts;
    if (log.exists) return { status: 'exists' };
    work.requireCapacity();
    const { payer } = work;
    work.charge(importWork(file));
    try {
      validateSettings(file, host.now());
      const outcome = await compactFile(parts, file);
      if (outcome.status === 'stopped') return { status: 'busy' };
      // How many steps a job took that has failed is not known.
      const steps = outcome.status === 'done'
        ? outcome.result.integrationSteps
        : limits.documentSteps;
      payer.charge(integrationWork(file, steps), host.monotonicNow());
      if (outcome.status === 'failed') throw outcome.error;
      const { result } = outcome;
      if (result.status === 'rejected') return { status: 'invalid', reason: result.reason };
      return importCompacted(parts, file, result.content);
    } catch (error) {
      if (error instanceof SyntaxError) return { status: 'invalid', reason: error.message };
      if (error instanceof JobLimitError) return { status: 'invalid', reason: tooExpensive };
      throw error;
    }
  },
};

const tooMuchContent = denial('limit-reached', 'The content has too many lines for one document');

/** The first update of a document as it is to be stored; null when it exceeds the limits. */
function admitFirst(
  log: UpdateLog,
  update: Uint8Array,
): { readonly update: Uint8Array; readonly contents: UpdateContents } | null {
  const validated = validateUpdate(update, log.state);
  if (validated.type === 'gap') throw new SyntaxError('The first update depends on another one');
  const admitted = log.admit(validated.update);
  return admitted && { update: admitted, contents: validated.contents };
}

/** The merged content of a file. How much work it is, is known only afterwards. */
function compactFile({ host: { jobs } }: DocumentParts, { updates }: DocumentFile) {
  const job = { type: 'import', updates } as const;
  const bytes = updates.reduce((sum, { length }) => sum + length, 0);
  // Few bytes may take many steps.
  if (!jobs.isParallel && workOf(bytes, null) <= jobs.inlineWork) return runJob(job);
  return new Promise<Outcome<'import'>>((resolve) => jobs.runLarge(job, resolve));
}

function importCompacted(
  { sql, host, log, access, room }: DocumentParts,
  file: DocumentFile,
  content: CompactedLog,
): ImportResult {
  // It may have been created meanwhile.
  if (log.exists) return { status: 'exists' };
  importDocument(sql, file, content, { epoch: host.randomId(), now: host.now() });
  // Clients may already be connected to the empty document of this name. They have its epoch and not
  // the imported content, so they must reconnect.
  room.closeAll(CloseCode.serviceRestart, 'This document was imported. Connect again');
  log.invalidate();
  access.invalidate();
  return { status: 'imported', version: log.version };
}

async function deleteDocument(parts: DocumentParts): Promise<RevokedKeys> {
  const { host, log, access, alarm, room } = parts;
  const revokedHashes = access.keys.hashes();
  // Erasing deletes the earlier tombstones too, so they are written again with the new one.
  const epochs = [...log.tombstones.epochs(), log.epoch];
  await host.erase(() => log.tombstones.add(epochs), () => {
    alarm.reset();
    log.invalidate();
    access.invalidate();
    parts.reader = parts.newReader();
    // Not before: clients remove their copies.
    room.closeAll(CloseCode.deleted, 'This document was deleted');
  });
  return { revokedHashes };
}
