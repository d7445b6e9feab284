import { CloseCode } from '../../../protocol/close-codes.ts';
import { schemaNumber } from '../../../protocol/schema.ts';
import { denial } from '../access/principal.ts';
import { exportDocument } from '../archive/export-document.ts';
import { importDocument, importWork } from '../archive/import-document.ts';
import type { UpdateLog } from '../log/update-log.ts';
import { Reader } from '../render/reader.ts';
import type { UpdateContents } from '../update/log-state.ts';
import { validateUpdate } from '../update/validate-update.ts';
import { sentWork } from '../work/estimates.ts';
import type { DocumentParts, Handlers } from './handler.ts';
import type { RevokedKeys } from './operations.ts';

const missing = denial('not-found', 'There is no such document');

export const lifecycleHandlers: Handlers<'create' | 'delete' | 'export' | 'import'> = {
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

  'export'({ sql, log, work }) {
    if (!log.exists) return missing;
    work.requireCapacity();
    const pieces = exportDocument(sql, log);
    work.charge(sentWork(pieces.reduce((sum, { length }) => sum + length, 0)));
    return pieces;
  },

  'import'({ sql, host, log, access, room, work }, { file }) {
    if (log.exists) return { status: 'exists' };
    work.requireCapacity();
    work.charge(importWork(file));
    try {
      importDocument(sql, file, { epoch: host.randomId(), now: host.now() });
    } catch (error) {
      if (error instanceof SyntaxError) return { status: 'invalid', reason: error.message };
      throw error;
    }
    // Clients may already be connected to the empty document of this name. They have its epoch and not
    // the imported content, so they must reconnect.
    room.closeAll(CloseCode.serviceRestart, 'This document was imported. Connect again');
    log.invalidate();
    access.invalidate();
    return { status: 'imported', version: log.version };
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

async function deleteDocument(parts: DocumentParts): Promise<RevokedKeys> {
  const { host, log, access, alarm, room, work } = parts;
  const revokedHashes = access.keys.hashes();
  // Erasing deletes the earlier tombstones too, so they are written again with the new one.
  const epochs = [...log.tombstones.epochs(), log.epoch];
  await host.erase(() => log.tombstones.add(epochs), () => {
    alarm.reset();
    log.invalidate();
    access.invalidate();
    parts.reader = new Reader(log, { monotonicNow: () => host.monotonicNow(), work });
    // Not before: clients remove their copies.
    room.closeAll(CloseCode.deleted, 'This document was deleted');
  });
  return { revokedHashes };
}
