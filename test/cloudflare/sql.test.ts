import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, it } from 'vitest';
import { DurableObjectSql } from '../../worker/cloudflare/sql.ts';
import { sqlContract } from '../support/sql-contract.ts';

describe('the SQLite of a Durable Object', () => {
  for (const [name, check] of Object.entries(sqlContract)) {
    it(name, async () => {
      await runInDurableObject(env.DOCUMENTS.getByName(`sql: ${name}`), (_, state) => {
        check(new DurableObjectSql(state.storage));
      });
    });
  }
});
