import { describe, expect, it } from 'vitest';
import { MemorySql } from '../../../support/memory-sql.ts';
import {
  ancestorsOf,
  documentOver,
  exported,
  importInto,
  open,
  setOrigins,
  storedDocument,
} from '../archive/stored-document.ts';

describe('embed origins of a document', () => {
  it('[F8] anyone may read the embed origins; a missing document has none and is not created', async () => {
    const sql = new MemorySql();
    expect(ancestorsOf(documentOver(sql))).toEqual([]);
    expect(setOrigins(documentOver(sql), open, ['https://site.example']))
      .toMatchObject({ code: 'not-found' });
    expect(sql.query('SELECT name FROM sqlite_master')).toEqual([]);
    const stored = storedDocument({ words: 1 }).sql;
    const origins = ['http://localhost:3000', 'https://site.example'];
    expect(ancestorsOf(documentOver(stored))).toEqual(origins);
    const target = new MemorySql();
    await importInto(documentOver(target), exported(stored));
    expect(ancestorsOf(documentOver(target))).toEqual(origins);
    expect(setOrigins(documentOver(target), open, [])).toEqual([]);
    expect(ancestorsOf(documentOver(target))).toEqual([]);
  });

  it('[F8] a document from before embed origins has none and accepts a list', async () => {
    const oldDocument = () => {
      const { sql } = storedDocument({ words: 1 });
      sql.query('DROP TABLE frames');
      sql.query('DROP TABLE unfinished');
      sql.query('ALTER TABLE keys DROP COLUMN history');
      for (const table of ['versions', 'links']) sql.query(`DROP TABLE ${table}`);
      sql.query('ALTER TABLE updates DROP COLUMN at');
      for (const column of ['steps', 'compacted_at', 'unversioned_at']) {
        sql.query(`ALTER TABLE document DROP COLUMN ${column}`);
      }
      sql.query('DELETE FROM migrations WHERE step >= 4');
      return sql;
    };
    expect(ancestorsOf(documentOver(oldDocument()))).toEqual([]);
    const target = new MemorySql();
    expect((await importInto(documentOver(target), exported(oldDocument()))).status).toBe(
      'imported',
    );
    expect(ancestorsOf(documentOver(target))).toEqual([]);
    const document = documentOver(oldDocument());
    expect(setOrigins(document, open, ['https://site.example'])).toHaveLength(1);
    expect(ancestorsOf(document)).toEqual(['https://site.example']);
  });

  it('[F8] only owners may list and change the embed origins', () => {
    const { sql } = storedDocument({ words: 1 });
    const document = documentOver(sql);
    for (const role of ['view', 'edit', 'own'] as const) {
      const key = { role, label: '', expires: null, hash: role };
      document.call(open, { type: 'add-key', key });
    }
    for (const hash of ['view', 'edit', 'unknown']) {
      const principal = { kind: 'key', hash } as const;
      expect(document.call(principal, { type: 'list-embed-origins' }), hash).toMatchObject({
        status: 'denied',
      });
      expect(setOrigins(document, principal, []), hash).toMatchObject({ status: 'denied' });
    }
    expect(ancestorsOf(document)).toHaveLength(2);
    expect(setOrigins(document, { kind: 'key', hash: 'own' }, [])).toEqual([]);
    expect(document.call({ kind: 'key', hash: 'own' }, { type: 'list-embed-origins' })).toEqual([]);
  });
});
