import * as Y from 'yjs';
import { joinBytes, splitBytes } from '../../../../protocol/split-bytes.ts';
import type { Principal } from '../../../../worker/core/access/principal.ts';
import { Document } from '../../../../worker/core/document.ts';
import type { DocumentHost } from '../../../../worker/core/host.ts';
import { callLocally } from '../../../../worker/document.ts';
import { UpdateLog } from '../../../../worker/core/log/update-log.ts';
import type { ImportResult } from '../../../../worker/core/operations/operations.ts';
import { validateUpdate } from '../../../../worker/core/update/validate-update.ts';
import { MemorySql } from '../../../support/memory-sql.ts';
import { compactLog } from '../../../support/compact-log.ts';
import { inlineJobs } from '../../../support/inline-jobs.ts';

export const open: Principal = { kind: 'open' };
let ids = 0;

/** A document over a database, with a host without connections and timers. */
export function documentOver(
  sql: MemorySql,
  more: Pick<DocumentHost, 'addressWork'> = {},
): Document {
  return new Document(sql, {
    ...more,
    sockets: () => [],
    now: () => 1_000_000,
    monotonicNow: () => 0,
    after: () => {},
    setAlarm: () => {},
    erase: () => Promise.reject(new Error('Not implemented')),
    verifyToken: () => Promise.reject(new Error('Not implemented')),
    report: (event) => {
      throw new Error(event);
    },
    randomId: () => (++ids).toString(16).padStart(16, '0'),
    jobs: inlineJobs,
  });
}

/**
 * A database with a document of some words, a key, embed origins and a revoked token. `compactAfter`
 * counts the updates after which the log is compacted; 0 for never.
 */
export function storedDocument(
  { words, compactAfter = 0 }: { readonly words: number; readonly compactAfter?: number },
): { sql: MemorySql; doc: Y.Doc } {
  const sql = new MemorySql();
  const log = new UpdateLog(sql, {
    now: () => 7,
    report: () => {},
    randomId: () => 'abcdabcdabcdabcd',
  });
  const doc = new Y.Doc();
  let stored = 0;
  doc.on('update', (update: Uint8Array) => {
    const validated = validateUpdate(update, log.state);
    if (validated.type === 'gap') throw new Error('Unexpected gap');
    log.append(validated.update, validated.contents, 'ann', 1);
    if (++stored === compactAfter) compactLog(log);
  });
  for (let i = 0; i < words; i++) doc.getText('t').insert(0, `word ${i} `);
  doc.getText('t').delete(0, 5);
  const document = documentOver(sql);
  document.call(open, {
    type: 'add-key',
    key: { role: 'edit', label: 'Ünïcode 🌍', expires: 5_000_000, hash: 'h'.repeat(43) },
  });
  setOrigins(document, open, ['https://site.example', 'http://localhost:3000']);
  document.call(open, { type: 'revoke-tokens', revocation: { jti: 'gone', issuedBefore: 500 } });
  return { sql, doc };
}

export function setOrigins(document: Document, principal: Principal, origins: readonly string[]) {
  return document.call(principal, { type: 'set-embed-origins', origins });
}

/** The embed origins, without access control. */
export function ancestorsOf(document: Document) {
  return document.call(null, { type: 'frame-ancestors' });
}

/** Imports a file that arrives in chunks of this size. */
export async function importInto(
  document: Document,
  bytes: Uint8Array,
  chunkSize = bytes.length || 1,
): Promise<ImportResult> {
  const file = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of splitBytes(bytes, chunkSize)) controller.enqueue(chunk);
      controller.close();
    },
  });
  return await callLocally(
    { type: 'import', file },
    { exists: () => document.exists, call: (operation) => document.call(null, operation) },
  ) as ImportResult;
}

export function exported(sql: MemorySql): Uint8Array {
  const pieces = documentOver(sql).call(open, { type: 'export' });
  if ('status' in pieces) throw new Error(pieces.detail);
  return joinBytes(pieces);
}

/** The document in a database, without what an import changes. */
export function contentOf(sql: MemorySql) {
  const state = documentOver(sql).call(open, { type: 'state', knownTags: [] });
  if (state.status !== 'read') throw new Error(state.status);
  const doc = new Y.Doc();
  Y.applyUpdate(doc, state.update);
  const rows = ['clients', 'keys', 'revoked', 'frames'].map((table) =>
    sql.query(`SELECT * FROM ${table}`)
  );
  const settings = sql.query('SELECT created, schema, issued_after FROM document');
  return {
    rows,
    settings,
    text: doc.getText('t').toString(),
    snapshot: Y.encodeSnapshot(Y.snapshot(doc)),
    version: documentOver(sql).version,
  };
}
