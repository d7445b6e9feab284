import { readAny } from 'lib0/decoding';
import { createEncoder, toUint8Array, writeAny, writeVarUint } from 'lib0/encoding';
import { describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { joinBytes } from '../../../../protocol/split-bytes.ts';
import {
  crc32,
  encodeRecords,
  type FileRecord,
} from '../../../../worker/core/archive/document-file.ts';
import { fileLimits } from '../../../../worker/core/archive/file-limits.ts';
import { RecordDecoder } from '../../../../worker/core/archive/record-decoder.ts';
import { LogTables } from '../../../../worker/core/log/log-tables.ts';
import { ItemIndex } from '../../../../worker/core/update/item-index.ts';
import { MemorySql } from '../../../support/memory-sql.ts';
import { Random } from '../../../support/random.ts';
import { forge, item, text } from '../update/forge-updates.ts';
import { documentOver, exported, importInto, storedDocument } from './stored-document.ts';

vi.mock('lib0/decoding', async (importOriginal) => {
  const original = await importOriginal<typeof import('lib0/decoding')>();
  return { ...original, readAny: vi.fn(original.readAny) };
});

/** A file of these records with correct checksums. */
function fileOf(...records: unknown[]): Uint8Array {
  return joinBytes([...encodeRecords([...records, { kind: 'end' }] as FileRecord[])]);
}

const header = { kind: 'header', format: 1, version: 0 };
const settings = {
  kind: 'rows',
  table: 'document',
  rows: [{ created: 1, schema: 0, issued_after: 0 }],
};

describe('the document file', () => {
  it('computes the CRC-32 of zip and PNG', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
    const bytes = new TextEncoder().encode('123456789');
    expect(crc32(bytes.subarray(4), crc32(bytes.subarray(0, 4)))).toBe(0xcbf43926);
  });

  it('[M3] rejects a file that is truncated or changed anywhere, and stores nothing', async () => {
    const file = exported(storedDocument({ words: 5, compactAfter: 2 }).sql);
    const sql = new MemorySql();
    const document = documentOver(sql);
    const random = new Random(7);
    for (let length = 0; length < file.length; length++) {
      expect((await importInto(document, file.subarray(0, length))).status, `${length}`).toBe(
        'invalid',
      );
    }
    for (let at = 0; at < file.length; at++) {
      const changed = file.slice();
      changed[at] = changed[at]! ^ (1 + random.below(255));
      expect((await importInto(document, changed)).status, `${at}`).toBe('invalid');
    }
    expect((await importInto(document, joinBytes([file, new Uint8Array(1)]))).status).toBe(
      'invalid',
    );
    expect(sql.query('SELECT name FROM sqlite_master')).toEqual([]);
    expect((await importInto(document, file)).status).toBe('imported');
  });

  it('[M3] rejects a crafted file, and stores nothing', async () => {
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
    // In lib0's encoding 117 is an array, followed by its length.
    for (let i = 0; i < 100_000; i++) nested.bufs.push(Uint8Array.of(117, 1));
    writeAny(nested, null);
    const invalid: [string, Uint8Array][] = [
      ['no header', fileOf(settings)],
      ['another format', fileOf({ ...header, format: 2 }, settings)],
      ['a version below zero', fileOf({ ...header, version: -1 }, settings)],
      ['a version that is text', fileOf({ ...header, version: '1' }, settings)],
      ['no row of the document', fileOf(header)],
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
        'a table named like a property of objects',
        fileOf(header, settings, { kind: 'rows', table: 'constructor', rows: [{}] }),
      ],
      [
        'a row that is not an object',
        fileOf(header, settings, { kind: 'rows', table: 'keys', rows: [7] }),
      ],
      [
        'rows that are not an array',
        fileOf(header, settings, { kind: 'rows', table: 'keys', rows: 7 }),
      ],
      [
        'an unknown role',
        fileOf(header, settings, { kind: 'rows', table: 'keys', rows: [{ ...key, role: 'root' }] }),
      ],
      [
        'an invalid time',
        fileOf(header, settings, { kind: 'rows', table: 'keys', rows: [{ ...key, created: NaN }] }),
      ],
      [
        'two keys with one id',
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
        'an invalid origin',
        fileOf(header, settings, {
          kind: 'rows',
          table: 'frames',
          rows: [{ origin: 'https://a;script-src-elem' }],
        }),
      ],
      [
        'too many origins',
        fileOf(header, settings, {
          kind: 'rows',
          table: 'frames',
          rows: Array.from({ length: 21 }, (_, i) => ({ origin: `https://${i}.example` })),
        }),
      ],
      ['an unknown record', fileOf(header, settings, { kind: 'program' })],
      [
        'an incomplete update',
        fileOf(header, settings, { kind: 'content', data: late, last: false }),
      ],
      [
        'an invalid update',
        fileOf(header, settings, { kind: 'content', data: Uint8Array.of(1, 2, 3), last: true }),
      ],
      [
        'an update with a gap',
        fileOf(header, settings, { kind: 'content', data: late, last: true }),
      ],
      [
        'a Skip struct, which leaves documents pending',
        fileOf(header, settings, {
          kind: 'content',
          data: Uint8Array.of(1, 1, 5, 0, 10, 0, 0),
          last: true,
        }),
      ],
      ['deep nesting', recordFile(toUint8Array(nested))],
    ];
    for (const [fault, file] of invalid) {
      const imported = await importInto(document, file);
      expect(imported.status, fault).toBe('invalid');
      expect(sql.query('SELECT name FROM sqlite_master'), fault).toEqual([]);
    }
    expect((await importInto(document, fileOf(header, settings))).status).toBe('imported');
  });

  it('[M3] [P8] rejects content in the first update that no client may send, and stores nothing', async () => {
    const sql = new MemorySql();
    const document = documentOver(sql);
    const bytesOf = (text: string) => [text.length, ...new TextEncoder().encode(text)];
    const root = (name: string) => [1, ...bytesOf(name)];
    const objectWith = (key: string) => [118, 1, ...bytesOf(key), 125, 1];
    const of = (structs: number, ...bytes: number[]) =>
      Uint8Array.of(1, structs, 5, 0, ...bytes, 0);
    const paragraph = [7, ...root('lines'), 3, ...bytesOf('paragraph')];
    const keyedBy = (key: string) => [0x28, 0, 5, 0, ...bytesOf(key)];
    const invalid: Record<string, Uint8Array> = {
      'a subdocument': of(1, 9, ...root('m'), ...bytesOf('guid'), 118, 0),
      'a prototype': of(1, 8, ...root('a'), 1, ...objectWith('__proto__')),
      'a name of an element': of(1, 7, ...root('lines'), 3, ...bytesOf('img src=x')),
      'JSON': of(1, 5, ...root('t'), ...bytesOf('{bad')),
      'nesting': of(
        1,
        8,
        ...root('a'),
        1,
        ...Array.from({ length: 40 }, () => [117, 1]).flat(),
        126,
      ),
      'several values under a key': of(
        2,
        ...[7, ...root('v'), 1],
        ...[...keyedBy('k'), 3, 125, 1, 125, 2, 125, 3],
      ),
      'an attribute without text': of(
        2,
        ...paragraph,
        ...keyedBy('x'),
        1,
        ...objectWith('toString'),
      ),
    };
    for (const [fault, data] of Object.entries(invalid)) {
      const file = fileOf(header, settings, { kind: 'content', data, last: true });
      const imported = await importInto(document, file);
      expect(imported, fault).toMatchObject({ status: 'invalid' });
      expect(sql.query('SELECT name FROM sqlite_master'), fault).toEqual([]);
    }
    const valid = of(2, ...paragraph, ...keyedBy('x'), 1, ...objectWith('text'));
    const file = fileOf(header, settings, { kind: 'content', data: valid, last: true });
    expect(await importInto(document, file)).toMatchObject({ status: 'imported' });
  });

  it('[P11] corrects neighbours that contradict the order', async () => {
    const updates = [
      forge([[9, 0, [item({}, text('abcd'))]]]),
      forge([[8, 0, [item({ right: [9, 0] }, text('<'))]]]),
      forge([[7, 0, [item({ origin: [9, 2], right: [8, 0] }, text('x'))]]]),
    ];
    const sql = new MemorySql();
    const content = updates.map((data) => ({ kind: 'content', data, last: true }));
    const file = fileOf(header, settings, ...content);
    expect(await importInto(documentOver(sql), file)).toMatchObject({ status: 'imported' });
    const snapshot = new LogTables(sql).readSnapshot()!; // the file has content
    const [doc, loaded] = [new Y.Doc(), new Y.Doc()];
    const index = new ItemIndex();
    for (const update of updates) Y.applyUpdate(doc, index.correct(update));
    Y.applyUpdate(loaded, snapshot);
    for (const each of [doc, loaded]) expect(each.getText('text').toString()).toBe('<abcxd');
    expect(new ItemIndex().add(snapshot)).toBe(snapshot);
  });

  it('decodes the records that were encoded', () => {
    const records = [header, settings, { kind: 'content', data: Uint8Array.of(1), last: true }];
    expect([...new RecordDecoder().decode(fileOf(...records))]).toEqual(records);
  });

  it('decodes a file that arrives in chunks of any size', async () => {
    const file = exported(storedDocument({ words: 5 }).sql);
    for (const chunkSize of [1, 2, 7, 64, 1000]) {
      const { status } = await importInto(documentOver(new MemorySql()), file, chunkSize);
      expect(status, `${chunkSize}`).toBe('imported');
    }
  });

  it('[M3] [P8] rejects a file by the number and size of what is in it, before it creates values', async () => {
    const many = (count: number, ...value: number[]) => {
      const encoder = createEncoder();
      // In lib0's encoding 118 is an object, 117 an array.
      encoder.bufs.push(Uint8Array.of(118, 1, 1, 107, 117));
      writeVarUint(encoder, count);
      const values = new Uint8Array(count * value.length);
      for (let at = 0; at < values.length; at++) values[at] = value[at % value.length]!; // in range
      encoder.bufs.push(values);
      return toUint8Array(encoder);
    };
    const half = fileLimits.recordBytes / 2 - 16;
    const row = { client: 1, version: 1, author: 'a'.repeat(fileLimits.textLength + 1) };
    const tiny = { kind: 'content', data: new Uint8Array(), last: true };
    const rows = (from: number) => ({
      kind: 'rows',
      table: 'clients',
      rows: Array.from({ length: 1000 }, (_, i) => ({ client: from + i, version: 1, author: '' })),
    });
    const { records } = fileLimits;
    const bombs: [string, Uint8Array][] = [
      ['empty byte arrays', recordFile(many(half, 116, 0))],
      ['empty arrays', recordFile(many(half, 117, 0))],
      ['empty objects', recordFile(many(half, 118, 0))],
      ['empty strings', recordFile(many(half, 119, 0))],
      ['nulls', recordFile(many(half, 126))],
      ['a record of 71 MiB', recordFile(many(71 * 2 ** 19, 116, 0))],
    ];
    vi.mocked(readAny).mockClear();
    for (const [fault, file] of bombs) {
      const { status } = await importInto(documentOver(new MemorySql()), file, 64 * 1024);
      expect(status, fault).toBe('invalid');
    }
    expect(readAny).not.toHaveBeenCalled();
    const large: [string, Iterable<unknown>][] = [
      ['many records', Array.from({ length: records }, (_, i) => i === 0 ? header : tiny)],
      ['many rows', [header, ...Array.from({ length: 301 }, (_, i) => rows(i * 1000))]],
      ['a long text', [header, { kind: 'rows', table: 'clients', rows: [row] }]],
    ];
    for (const [fault, content] of large) {
      const file = joinBytes([...encodeRecords([...content] as FileRecord[])]);
      const { status } = await importInto(documentOver(new MemorySql()), file, 64 * 1024);
      expect(status, fault).toBe('invalid');
    }
  });
});

/** A file with one record of this payload and a correct checksum. */
function recordFile(payload: Uint8Array): Uint8Array {
  const [magic = new Uint8Array()] = encodeRecords([]);
  const body = new Uint8Array(payload.length + 4);
  new DataView(body.buffer).setUint32(0, payload.length);
  body.set(payload, 4);
  const sum = new Uint8Array(4);
  new DataView(sum.buffer).setUint32(0, crc32(body, crc32(magic)));
  return joinBytes([magic, body, sum]);
}
