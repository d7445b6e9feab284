import { expect, it } from 'vitest';
import { permissionOf } from '../../../worker/core/access/principal.ts';
import type { Connection, ConnectionAttachment } from '../../../worker/core/connection.ts';
import { Document } from '../../../worker/core/document.ts';
import type { DocumentHost } from '../../../worker/core/host.ts';
import { inlineJobs } from '../../support/inline-jobs.ts';
import { MemorySql } from '../../support/memory-sql.ts';

const attachment: ConnectionAttachment = {
  permission: permissionOf('own'),
  speaksEdgepad: true,
  schema: 0,
  clients: [],
  presence: null,
};

function documentWithClient(erase: DocumentHost['erase']) {
  const closed: number[] = [];
  const client: Connection = {
    attachment,
    lastSeenAt: 0,
    send: () => {},
    close: (code) => void closed.push(code),
  };
  const document = new Document(new MemorySql(), {
    sockets: () => [client],
    now: () => 0,
    monotonicNow: () => 0,
    after: () => {},
    setAlarm: () => {},
    erase,
    verifyToken: () => Promise.reject(new Error('No test uses a token')),
    report: () => {},
    randomId: () => '0123456789abcdef',
    jobs: inlineJobs,
  });
  document.call(null, { type: 'create', keys: [] });
  document.join(client);
  return { document, closed };
}

it('[S3] [P7] a deletion that fails closes no client, which would remove its copy', async () => {
  const { document, closed } = documentWithClient(() => Promise.reject(new Error('Disk full')));
  await expect(document.call({ kind: 'open' }, { type: 'delete' })).rejects.toThrow('Disk full');
  expect(closed).toEqual([]);
  expect(document.exists).toBe(true);
});

it('[S3] a deletion closes its clients once the tombstone is written', async () => {
  const { document, closed } = documentWithClient((write, done) => {
    write();
    expect(closed).toEqual([]);
    done();
    return Promise.resolve();
  });
  await document.call({ kind: 'open' }, { type: 'delete' });
  expect(closed).toEqual([4410]);
  expect(document.wasDeleted).toBe(true);
});
