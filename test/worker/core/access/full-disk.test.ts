import { expect, it } from 'vitest';
import { Document } from '../../../../worker/core/document.ts';
import { inlineJobs } from '../../../support/inline-jobs.ts';
import { MemorySql } from '../../../support/memory-sql.ts';

it('[P6] [P8] a link can be used although its use cannot be stored', () => {
  const sql = new MemorySql();
  const reports: string[] = [];
  let ids = 0;
  const host = {
    sockets: () => [],
    now: () => 1_000_000_000,
    monotonicNow: () => 0,
    after: () => {},
    setAlarm: () => {},
    erase: () => Promise.reject(new Error('Not used')),
    verifyToken: () => Promise.reject(new Error('Not used')),
    report: (event: string) => void reports.push(event),
    randomId: () => (++ids).toString(16).padStart(16, '0'),
    jobs: inlineJobs,
  };
  const keys = [{ role: 'view', label: '', expires: null, hash: 'view' }] as const;
  new Document(sql, host).call(null, { type: 'create', keys });
  const full = {
    query(
      statement: string,
      ...bindings: Parameters<MemorySql['query']> extends [string, ...infer B] ? B : never
    ) {
      if (!/^\s*SELECT/i.test(statement)) throw new Error('database or disk is full');
      return sql.query(statement, ...bindings);
    },
    transaction: <T>(work: () => T) => sql.transaction(work),
  };
  const document = new Document(full, host);
  const read = () =>
    document.call({ kind: 'key', hash: 'view' }, { type: 'read', format: 'txt', knownTags: [] });
  expect(read()).toMatchObject({ status: 'read' });
  expect(read()).toMatchObject({ status: 'read' });
  // Once, and not for each request.
  expect(reports).toEqual(['key use not stored']);
});
