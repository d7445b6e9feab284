import { expect, it } from 'vitest';
import { decodeMessages, encodeMessage } from '../../../protocol/messages.ts';
import { edgepadProtocol } from '../../../protocol/headers.ts';
import { type AwarenessEntry, encodeAwareness } from '../../../protocol/awareness.ts';
import { Document } from '../../../worker/core/document.ts';
import { decodeAwareness } from '../../../worker/core/room/presence/decode-awareness.ts';
import { inlineJobs } from '../../support/inline-jobs.ts';
import { MemorySql } from '../../support/memory-sql.ts';
import { TestConnection } from '../../support/world/test-connection.ts';

it('[P5] withdraws the presence of a client that leaves while the log cannot be read', () => {
  const sql = new MemorySql();
  const connections: TestConnection[] = [];
  let ids = 0;
  const host = {
    sockets: () => connections.filter(({ isOpen }) => isOpen),
    now: () => 1_000_000_000,
    monotonicNow: () => 0,
    after: (_: number, work: () => void) => void timers.push(work),
    setAlarm: () => {},
    erase: () => Promise.reject(new Error('Not used')),
    verifyToken: () => Promise.reject(new Error('Not used')),
    report: () => {},
    randomId: () => (++ids).toString(16).padStart(16, '0'),
    jobs: inlineJobs,
  };
  const timers: (() => void)[] = [];
  const principal = { kind: 'key', hash: 'own' } as const;
  const keys = [{ role: 'own', label: '', expires: null, hash: 'own' }] as const;
  const document = new Document(sql, host);
  document.call(null, { type: 'create', keys });
  const [leaving, staying] = [1, 2].map((client) => {
    const admission = document.admit(principal, { subprotocol: edgepadProtocol });
    if (admission.status !== 'admitted') throw new Error(admission.reason);
    const end = { received() {}, disconnected() {} };
    const connection = new TestConnection(end, admission.attachment);
    connection.lastSeenAt = host.now();
    connections.push(connection);
    document.join(connection);
    const update = encodeAwareness([{ client, clock: 1, state: '{}' }]);
    document.receive(connection, encodeMessage({ type: 'awareness', update }));
    return connection;
  }) as [TestConnection, TestConnection];
  for (const work of timers.splice(0)) work();
  staying.toClient.length = 0;
  leaving.isOpen = false;
  // The document wakes, and its first reads fail.
  let failures = 1;
  const failing = {
    query: (...args: Parameters<MemorySql['query']>) => {
      if (failures-- > 0) throw new Error('disk I/O error');
      return sql.query(...args);
    },
    transaction: <T>(work: () => T) => sql.transaction(work),
  };
  const woken = new Document(failing, host);
  expect(() => woken.leave(leaving)).toThrow('disk I/O error');
  const entries: readonly AwarenessEntry[] = staying.toClient.flatMap((frame) =>
    decodeMessages(frame)
  )
    .flatMap((message) => message.type === 'awareness' ? decodeAwareness(message.update) : []);
  expect(entries).toEqual([{ client: 1, clock: 2, state: null }]);
});
