import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { permissionOf } from '../../../worker/core/access/principal.ts';
import type { Connection } from '../../../worker/core/connection.ts';
import { Document } from '../../../worker/core/document.ts';
import { inlineJobs } from '../../support/inline-jobs.ts';
import { MemorySql } from '../../support/memory-sql.ts';
import { line } from '../../support/y-client.ts';

const keys = [{ role: 'view', label: '', expires: null, hash: 'view' }] as const;

/** A document over `sql`, and a client that is connected to it. */
function documentWithClient(sql = new MemorySql()) {
  const closed: number[] = [];
  const client: Connection = {
    attachment: {
      permission: permissionOf('edit'),
      speaksEdgepad: true,
      schema: 0,
      clients: [],
      presence: null,
    },
    lastSeenAt: 0,
    send: () => {},
    close: (code) => void closed.push(code),
  };
  const document = new Document(sql, {
    sockets: () => [client],
    now: () => 0,
    monotonicNow: () => 0,
    after: () => {},
    setAlarm: () => {},
    erase: () => Promise.reject(new Error('No test deletes')),
    verifyToken: () => Promise.reject(new Error('No test uses a token')),
    report: () => {},
    randomId: () => '0123456789abcdef',
    jobs: inlineJobs,
  });
  document.join(client);
  const read = () =>
    document.call({ kind: 'open' }, { type: 'read', format: 'txt', knownTags: [] });
  return { document, closed, read };
}

describe('creation with content', () => {
  it('[P3] stores it with the keys, and clients of the empty document connect again', () => {
    const { document, closed, read } = documentWithClient();
    expect(document.call(null, { type: 'create', keys, update: line('Hello') })).toBe(true);
    expect(document.version).toBe(1);
    expect(read()).toMatchObject({ body: 'Hello' });
    expect(closed).toEqual([1012]);
    expect(document.call(null, { type: 'create', keys, update: line('Again') })).toBe(false);
    expect(read()).toMatchObject({ body: 'Hello' });
  });

  it('closes no client without content', () => {
    const { document, closed } = documentWithClient();
    expect(document.call(null, { type: 'create', keys })).toBe(true);
    expect(document.version).toBe(0);
    expect(closed).toEqual([]);
  });

  it('[P1] stores all of it or nothing, wherever the disk fails', () => {
    for (let statements = 1;; statements++) {
      const sql = new MemorySql();
      const { document } = documentWithClient(sql);
      let left = statements;
      sql.fault = () => {
        if (left-- <= 0) throw new Error('disk full');
      };
      let isCreated: unknown = null;
      try {
        isCreated = document.call(null, { type: 'create', keys, update: line('Hello') });
      } catch (error) {
        expect((error as Error).message).toContain('disk full');
      }
      sql.fault = null;
      const { document: restarted, read } = documentWithClient(sql.clone());
      expect(restarted.exists).toBe(isCreated === true);
      expect(document.exists).toBe(isCreated === true);
      if (isCreated === true) {
        expect(read()).toMatchObject({ body: 'Hello' });
        expect(statements).toBeGreaterThan(3);
        return;
      }
      expect(restarted.call(null, { type: 'create', keys, update: line('Hello') })).toBe(true);
    }
  });

  it('[P8] denies content that exceeds the limits of a document', () => {
    const doc = new Y.Doc();
    doc.getXmlFragment('lines').insert(
      0,
      Array.from({ length: 99_000 }, () => {
        const paragraph = new Y.XmlElement('paragraph');
        paragraph.insert(0, [new Y.XmlText('-')]);
        return paragraph;
      }),
    );
    const update = Y.encodeStateAsUpdate(doc);
    const { document } = documentWithClient();
    expect(document.call(null, { type: 'create', keys, update }))
      .toMatchObject({ status: 'denied', code: 'limit-reached' });
    expect(document.exists).toBe(false);
  });
});
