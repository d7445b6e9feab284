import { describe, expect, it } from 'vitest';
import { MemorySql } from '../../../support/memory-sql.ts';
import {
  contentOf,
  documentOver,
  exported,
  importInto,
  storedDocument,
} from './stored-document.ts';

describe('export and import', () => {
  for (
    const [state, compactAfter, words] of [
      ['compacted completely', 51, 50],
      ['compacted in part', 20, 50],
      ['not compacted', 0, 50],
      ['larger than a megabyte', 0, 1],
    ] as const
  ) {
    it(`[M1] exports and imports a whole document that is ${state}`, async () => {
      const { sql, doc } = storedDocument({ words, compactAfter });
      if (words === 1) doc.getText('t').insert(0, 'x'.repeat(3_000_000));
      const before = contentOf(sql);
      expect(before.text).toBe(doc.getText('t').toString());
      const target = new MemorySql();
      expect(await importInto(documentOver(target), exported(sql))).toEqual({
        status: 'imported',
        version: before.version,
      });
      expect(contentOf(target)).toEqual(before);
      const second = new MemorySql();
      await importInto(documentOver(second), exported(target));
      expect(contentOf(second)).toEqual(before);
    });
  }

  it('[M1] exports and imports an empty document', async () => {
    const sql = new MemorySql();
    const keys = [{ role: 'own', label: 'Owner', expires: null, hash: 'k' }] as const;
    documentOver(sql).call(null, { type: 'create', keys });
    const target = new MemorySql();
    expect(await importInto(documentOver(target), exported(sql))).toEqual({
      status: 'imported',
      version: 0,
    });
    const admission = documentOver(target).admit({ kind: 'key', hash: 'k' }, { subprotocol: null });
    expect(admission).toMatchObject({ attachment: { permission: { role: 'own' } } });
  });

  it('[M2] an imported document gets a new epoch, so that clients do not resume', async () => {
    const { sql } = storedDocument({ words: 3 });
    const target = new MemorySql();
    await importInto(documentOver(target), exported(sql));
    const [epoch] = target.query('SELECT epoch FROM document');
    expect(epoch).not.toEqual(sql.query('SELECT epoch FROM document')[0]);
  });

  it('[M2] does not import over an existing document', async () => {
    const { sql } = storedDocument({ words: 3 });
    const before = contentOf(sql);
    expect(await importInto(documentOver(sql), exported(storedDocument({ words: 1 }).sql))).toEqual(
      {
        status: 'exists',
      },
    );
    expect(contentOf(sql)).toEqual(before);
  });
});
