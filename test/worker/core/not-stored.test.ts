import { expect, it } from 'vitest';
import { denied } from '../../../worker/http/problem.ts';
import { isDenial } from '../../../worker/core/access/principal.ts';
import { StorageError } from '../../../worker/core/sql.ts';
import { MemorySql } from '../../support/memory-sql.ts';
import { documentOver } from './archive/stored-document.ts';

it('[P7] an operation that cannot be stored is denied with 503 and changes nothing', async () => {
  const sql = new MemorySql();
  const document = documentOver(sql);
  document.call(null, { type: 'create', keys: [] });
  const query = sql.query.bind(sql);
  sql.query = (statement, ...bindings) => {
    if (!/^\s*SELECT/i.test(statement)) throw new StorageError('database or disk is full');
    return query(statement, ...bindings);
  };
  const key = { role: 'edit', label: '', expires: null, hash: 'hash' } as const;
  const answer = document.call({ kind: 'open' }, { type: 'add-key', key });
  if (!isDenial(answer)) throw new Error('It was not denied');
  const response = denied(answer).toResponse();
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('60');
  expect(await response.json()).toMatchObject({ code: 'not-stored' });
  expect(document.call({ kind: 'open' }, { type: 'list-keys' })).toEqual([]);
});
