import { expect, test } from 'vitest';
import { Revocations } from '../../../../worker/core/access/revocations.ts';
import { migrate } from '../../../../worker/core/log/migrations.ts';
import { MemorySql } from '../../../support/memory-sql.ts';

test('[S2] a revocation of a user ends by itself, one without an end does not', () => {
  let now = 1_000_000;
  const sql = new MemorySql();
  migrate(sql);
  const revocations = new Revocations(sql, { now: () => now });
  const token = (subject: string) => ({ issuedAt: now, id: null, subject });
  revocations.add({ sub: 'ann' });
  revocations.add({ sub: 'bob', until: now + 1000 });
  expect(revocations.isRevoked(token('bob'))).toBe(true);
  now += 1000;
  expect(revocations.isRevoked(token('bob'))).toBe(false);
  expect(revocations.list().tokens).toEqual([{ claim: 'sub', value: 'ann', until: null }]);
  now += 10 ** 12;
  revocations.add({ jti: 'one' });
  expect(revocations.isRevoked(token('ann'))).toBe(true);
  expect(revocations.lift({ claim: 'sub', value: 'ann' })).toBe(true);
  expect(revocations.lift({ claim: 'sub', value: 'ann' })).toBe(false);
  expect(revocations.isRevoked(token('ann'))).toBe(false);
});
