import { createEncoder, toUint8Array, writeAny } from 'lib0/encoding';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import type { Principal } from '../../../../worker/core/access/principal.ts';
import {
  crc32,
  decodeRecords,
  encodeRecords,
  type FileRecord,
} from '../../../../worker/core/archive/document-file.ts';
import { Document } from '../../../../worker/core/document.ts';
import type { ImportResult } from '../../../../worker/core/operations/operations.ts';
import { UpdateLog } from '../../../../worker/core/log/update-log.ts';
import { validateUpdate } from '../../../../worker/core/update/validate-update.ts';
import { joinBytes } from '../../../../protocol/split-bytes.ts';
import { MemorySql } from '../../../support/memory-sql.ts';
import { Random } from '../../../support/random.ts';

const open: Principal = { kind: 'open' };
let ids = 0;

/** A document over a database, in a place where nothing happens. */
function documentOver(sql: MemorySql): Document {
  return new Document(sql, {
    sockets: () => [],
    now: () => 1_000_000,
    monotonicNow: () => 0,
    after: () => {},
    setAlarm: () => {},
    erase: () => Promise.reject(new Error('Not here')),
    verifyToken: () => Promise.reject(new Error('Not here')),
    report: (event) => {
      throw new Error(event);
    },
    randomId: () => (++ids).toString(16).padStart(16, '0'),
  });
}

/** A database with this text in it, a key, and a log of which part is compacted. */
function written(compactAfter: number, words: number): { sql: MemorySql; doc: Y.Doc } {
  const sql = new MemorySql();
  const log = new UpdateLog(sql, {
    now: () => 7,
    report: () => {},
    randomId: () => 'abcdabcdabcdabcd',
  });
  const doc = new Y.Doc();
  let stored = 0;
  doc.on('update', (update: Uint8Array) => {
    const inspection = validateUpdate(update, log.state);
    if (inspection.type === 'gap') throw new Error('gap');
    log.append(inspection.update, inspection.contents, 'ann', 1);
    if (++stored === compactAfter) log.compact();
  });
  for (let i = 0; i < words; i++) doc.getText('t').insert(0, `word ${i} `);
  doc.getText('t').delete(0, 5);
  const made = documentOver(sql);
  made.call(open, {
    type: 'add-key',
    key: { role: 'edit', label: 'Ünïcode 🌍', expires: 5_000_000, hash: 'h'.repeat(43) },
  });
  setOrigins(made, open, ['https://site.example', 'http://localhost:3000']);
  made.call(open, { type: 'revoke-tokens', revocation: { jti: 'gone', issuedBefore: 500 } });
  return { sql, doc };
}

function setOrigins(document: Document, principal: Principal, origins: readonly string[]) {
  return document.call(principal, { type: 'set-embed-origins', origins });
}

/** What anyone may ask. */
function ancestorsOf(document: Document) {
  return document.call(null, { type: 'frame-ancestors' });
}

function importInto(document: Document, file: Uint8Array) {
  return document.call(null, { type: 'import', file: [file] }) as ImportResult;
}

function exported(sql: MemorySql): Uint8Array {
  const pieces = documentOver(sql).call(open, { type: 'export' });
  if ('status' in pieces) throw new Error(pieces.detail);
  return joinBytes(pieces);
}

/** What a database holds that is a document's own. */
function contentOf(sql: MemorySql) {
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

/** A file whose checksums are right, whatever is in it. */
function fileOf(...frames: unknown[]): Uint8Array {
  return joinBytes([...encodeRecords([...frames, { kind: 'end' }] as FileRecord[])]);
}

const header = { kind: 'header', format: 1, version: 0 };
const settings = {
  kind: 'rows',
  table: 'document',
  rows: [{ created: 1, schema: 0, issued_after: 0 }],
};

describe('a document as a file', () => {
  it('crc32 is that of zip and PNG', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
    const bytes = new TextEncoder().encode('123456789');
    expect(crc32(bytes.subarray(4), crc32(bytes.subarray(0, 4)))).toBe(0xcbf43926);
  });

  for (
    const [what, compactAfter, words] of [
      ['all of it compacted', 51, 50],
      ['part of it compacted', 20, 50],
      ['nothing of it compacted', 0, 50],
      ['over a megabyte long', 0, 1],
    ] as const
  ) {
    it(`[M1] ${what}: goes out and comes in with all it had`, () => {
      const { sql, doc } = written(compactAfter, words);
      if (words === 1) {
        doc.getText('t').insert(0, 'x'.repeat(3_000_000));
      }
      const before = contentOf(sql);
      expect(before.text).toBe(doc.getText('t').toString());
      const there = new MemorySql();
      expect(importInto(documentOver(there), exported(sql))).toEqual({
        status: 'imported',
        version: before.version,
      });
      expect(contentOf(there)).toEqual(before);
      // And from there on to the next.
      const further = new MemorySql();
      importInto(documentOver(further), exported(there));
      expect(contentOf(further)).toEqual(before);
    });
  }

  it('[M1] one that was made and never written in', () => {
    const sql = new MemorySql();
    const keys = [{ role: 'own', label: 'Owner', expires: null, hash: 'k' }] as const;
    documentOver(sql).call(null, { type: 'create', keys });
    const there = new MemorySql();
    expect(importInto(documentOver(there), exported(sql))).toEqual({
      status: 'imported',
      version: 0,
    });
    const admission = documentOver(there).admit({ kind: 'key', hash: 'k' }, { subprotocol: null });
    expect(admission).toMatchObject({ attachment: { permission: { role: 'own' } } });
  });

  it('[M2] it gets an epoch of its own, so no client counts on where it was elsewhere', () => {
    const { sql } = written(0, 3);
    const there = new MemorySql();
    importInto(documentOver(there), exported(sql));
    const [epoch] = there.query('SELECT epoch FROM document');
    expect(epoch).not.toEqual(sql.query('SELECT epoch FROM document')[0]);
  });

  it('[M2] no document is overwritten', () => {
    const { sql } = written(0, 3);
    const before = contentOf(sql);
    expect(importInto(documentOver(sql), exported(written(0, 1).sql))).toEqual({
      status: 'exists',
    });
    expect(contentOf(sql)).toEqual(before);
  });

  it('[F8] its list for frames is told to all; none, and nothing is written, where none is', () => {
    const sql = new MemorySql();
    expect(ancestorsOf(documentOver(sql))).toEqual([]);
    expect(setOrigins(documentOver(sql), open, ['https://site.example']))
      .toMatchObject({ code: 'not-found' });
    expect(sql.query('SELECT name FROM sqlite_master')).toEqual([]);
    const made = written(0, 1).sql;
    const listed = ['http://localhost:3000', 'https://site.example'];
    expect(ancestorsOf(documentOver(made))).toEqual(listed);
    const there = new MemorySql();
    importInto(documentOver(there), exported(made));
    expect(ancestorsOf(documentOver(there))).toEqual(listed);
    expect(setOrigins(documentOver(there), open, [])).toEqual([]);
    expect(ancestorsOf(documentOver(there))).toEqual([]);
  });

  it('[F8] a document from before there were such lists has none, and takes one', () => {
    const old = () => {
      const { sql } = written(0, 1);
      sql.query('DROP TABLE frames');
      sql.query('DELETE FROM migrations WHERE step = 4');
      return sql;
    };
    expect(ancestorsOf(documentOver(old()))).toEqual([]);
    const there = new MemorySql();
    expect(importInto(documentOver(there), exported(old())).status).toBe('imported');
    expect(ancestorsOf(documentOver(there))).toEqual([]);
    const document = documentOver(old());
    expect(setOrigins(document, open, ['https://site.example'])).toHaveLength(1);
    expect(ancestorsOf(document)).toEqual(['https://site.example']);
  });

  it('[F8] only owners are told it as a list, and change it', () => {
    const { sql } = written(0, 1);
    const document = documentOver(sql);
    for (const role of ['view', 'edit', 'own'] as const) {
      const key = { role, label: '', expires: null, hash: role };
      document.call(open, { type: 'add-key', key });
    }
    for (const hash of ['view', 'edit', 'nobody']) {
      const who = { kind: 'key', hash } as const;
      expect(document.call(who, { type: 'list-embed-origins' }), hash).toMatchObject({
        status: 'denied',
      });
      expect(setOrigins(document, who, []), hash).toMatchObject({ status: 'denied' });
    }
    expect(ancestorsOf(document)).toHaveLength(2);
    expect(setOrigins(document, { kind: 'key', hash: 'own' }, [])).toEqual([]);
    expect(document.call({ kind: 'key', hash: 'own' }, { type: 'list-embed-origins' })).toEqual([]);
  });

  it('[M3] cut off or changed anywhere, it is refused and leaves nothing', () => {
    const file = exported(written(2, 5).sql);
    const sql = new MemorySql();
    const document = documentOver(sql);
    const random = new Random(7);
    for (let length = 0; length < file.length; length++) {
      expect(importInto(document, file.subarray(0, length)).status, `${length}`).toBe('invalid');
    }
    for (let at = 0; at < file.length; at++) {
      const changed = file.slice();
      changed[at] = changed[at]! ^ (1 + random.below(255));
      expect(importInto(document, changed).status, `${at}`).toBe('invalid');
    }
    expect(importInto(document, joinBytes([file, new Uint8Array(1)])).status).toBe('invalid');
    expect(sql.query('SELECT name FROM sqlite_master')).toEqual([]);
    expect(importInto(document, file).status).toBe('imported');
  });

  it('[M3] made by somebody who means harm, it is refused and leaves nothing', () => {
    const sql = new MemorySql();
    const document = documentOver(sql);
    const gap = new Y.Doc();
    gap.clientID = 5;
    gap.getText('t').insert(0, 'a');
    const before = Y.encodeStateVector(gap);
    gap.getText('t').insert(1, 'b');
    const late = Y.encodeStateAsUpdate(gap, before);
    const key = {
      id: 'a',
      hash: 'b',
      role: 'own',
      label: '',
      created: 1,
      expires: null,
      used: null,
    };
    const nested = createEncoder();
    // As arrays in arrays, of lib0: 117 is an array, with the number of what is in it.
    for (let i = 0; i < 100_000; i++) nested.bufs.push(Uint8Array.of(117, 1));
    writeAny(nested, null);
    const bad: [string, Uint8Array][] = [
      ['no header', fileOf(settings)],
      ['another format', fileOf({ ...header, format: 2 }, settings)],
      ['a version below zero', fileOf({ ...header, version: -1 }, settings)],
      ['a version that is text', fileOf({ ...header, version: '1' }, settings)],
      ['no settings', fileOf(header)],
      [
        'an unknown table',
        fileOf(header, settings, {
          kind: 'rows',
          table: 'sqlite_master',
          rows: [{}],
        }),
      ],
      [
        'an unknown column',
        fileOf(header, { ...settings, rows: [{ ...settings.rows[0], 'id) --': 1 }] }),
      ],
      [
        'a table of the prototype',
        fileOf(header, settings, { kind: 'rows', table: 'constructor', rows: [{}] }),
      ],
      ['a row that is none', fileOf(header, settings, { kind: 'rows', table: 'keys', rows: [7] })],
      ['rows that are none', fileOf(header, settings, { kind: 'rows', table: 'keys', rows: 7 })],
      [
        'a role that is none',
        fileOf(header, settings, { kind: 'rows', table: 'keys', rows: [{ ...key, role: 'root' }] }),
      ],
      [
        'a time that is none',
        fileOf(header, settings, { kind: 'rows', table: 'keys', rows: [{ ...key, created: NaN }] }),
      ],
      [
        'two keys of one name',
        fileOf(header, settings, { kind: 'rows', table: 'keys', rows: [key, key] }),
      ],
      [
        'too many keys',
        fileOf(header, settings, {
          kind: 'rows',
          table: 'keys',
          rows: Array.from({ length: 101 }, (_, i) => ({ ...key, id: `${i}` })),
        }),
      ],
      [
        'a site that is none',
        fileOf(header, settings, {
          kind: 'rows',
          table: 'frames',
          rows: [{ origin: 'https://a;script-src-elem' }],
        }),
      ],
      [
        'too many sites',
        fileOf(header, settings, {
          kind: 'rows',
          table: 'frames',
          rows: Array.from({ length: 21 }, (_, i) => ({ origin: `https://${i}.example` })),
        }),
      ],
      ['an unknown frame', fileOf(header, settings, { kind: 'program' })],
      ['half an update', fileOf(header, settings, { kind: 'content', data: late, last: false })],
      [
        'no update',
        fileOf(header, settings, { kind: 'content', data: Uint8Array.of(1, 2, 3), last: true }),
      ],
      [
        'an update with a gap',
        fileOf(header, settings, { kind: 'content', data: late, last: true }),
      ],
      [
        'seven bytes that stop everybody',
        fileOf(header, settings, {
          kind: 'content',
          data: Uint8Array.of(1, 1, 5, 0, 10, 0, 0),
          last: true,
        }),
      ],
      ['depth', deepFile(toUint8Array(nested))],
    ];
    for (const [what, file] of bad) {
      const imported = importInto(document, file);
      expect(imported.status, what).toBe('invalid');
      expect(sql.query('SELECT name FROM sqlite_master'), what).toEqual([]);
    }
    expect(importInto(document, fileOf(header, settings)).status).toBe('imported');
  });

  it('what is written frame by frame is read frame by frame', () => {
    const frames = [header, settings, { kind: 'content', data: Uint8Array.of(1), last: true }];
    expect([...decodeRecords(fileOf(...frames))]).toEqual(frames);
  });
});

/** A file whose only frame is this payload, with the right checksum. */
function deepFile(payload: Uint8Array): Uint8Array {
  const [magic = new Uint8Array()] = encodeRecords([]);
  const body = new Uint8Array(payload.length + 4);
  new DataView(body.buffer).setUint32(0, payload.length);
  body.set(payload, 4);
  const sum = new Uint8Array(4);
  new DataView(sum.buffer).setUint32(0, crc32(body, crc32(magic)));
  return joinBytes([magic, body, sum]);
}
