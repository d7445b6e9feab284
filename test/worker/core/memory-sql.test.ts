import { describe, it } from 'vitest';
import { MemorySql } from '../../support/memory-sql.ts';
import { sqlContract } from '../../support/sql-contract.ts';

describe('MemorySql', () => {
  for (const [name, check] of Object.entries(sqlContract)) it(name, () => check(new MemorySql()));
});
