import { describe, expect, test } from 'vitest';
import { type Role, roleAllows, roles } from '../../../protocol/roles.ts';
import { Document } from '../../../worker/core/document.ts';
import {
  type Operation,
  type OperationType,
  requiredRoles,
} from '../../../worker/core/operations/operations.ts';
import { MemorySql } from '../../support/memory-sql.ts';
import { inlineJobs } from '../../support/inline-jobs.ts';

/** One operation of each type. */
const operations: { readonly [T in OperationType]: Operation & { readonly type: T } } = {
  'read': { type: 'read', format: 'txt', knownTags: [] },
  'read-roots': { type: 'read-roots', knownTags: [] },
  'changes': { type: 'changes', since: null },
  'state': { type: 'state', knownTags: [] },
  'exchange': { type: 'exchange', session: 's'.repeat(16), frame: new Uint8Array() },
  'end-session': { type: 'end-session', session: 's'.repeat(16) },
  'create': { type: 'create', keys: [] },
  'delete': { type: 'delete' },
  'list-keys': { type: 'list-keys' },
  'add-key': {
    type: 'add-key',
    key: { role: 'view', label: '', expires: null, hash: 'added' },
  },
  'change-key': { type: 'change-key', id: 'unknown', change: { label: 'New' } },
  'revoke-key': { type: 'revoke-key', id: 'unknown' },
  'revoke-tokens': { type: 'revoke-tokens', revocation: { jti: 'one' } },
  'list-revocations': { type: 'list-revocations' },
  'lift-revocation': { type: 'lift-revocation', token: { claim: 'jti', value: 'one' } },
  'list-embed-origins': { type: 'list-embed-origins' },
  'set-embed-origins': { type: 'set-embed-origins', origins: [] },
  'frame-ancestors': { type: 'frame-ancestors' },
  'admit-content': { type: 'admit-content', characters: 1 },
  'list-problems': { type: 'list-problems' },
  'list-versions': { type: 'list-versions' },
  'read-version': { type: 'read-version', version: 1, format: 'txt' },
  'version-state': { type: 'version-state', version: 1 },
  'name-version': { type: 'name-version', name: 'Draft' },
  'rename-version': { type: 'rename-version', version: 1, name: 'Draft' },
  'delete-version': { type: 'delete-version', version: 1 },
  'export': { type: 'export' },
  'import': { type: 'import', file: { version: 0, rows: [], updates: [] } },
};

/** A document with one key per role, whose hash is the name of the role. */
function documentWithKeys(): Document {
  let ids = 0;
  const document = new Document(new MemorySql(), {
    sockets: () => [],
    now: () => 1_000_000,
    monotonicNow: () => 0,
    after: () => {},
    setAlarm: () => {},
    erase: (write, done) => {
      write();
      done();
      return Promise.resolve();
    },
    verifyToken: () => Promise.reject(new Error('No test uses a token')),
    report: (event) => {
      throw new Error(event);
    },
    randomId: () => (++ids).toString(16).padStart(16, '0'),
    jobs: inlineJobs,
  });
  const keys = roles.map((role) => ({ role, label: '', expires: null, hash: role }));
  document.call(null, { type: 'create', keys });
  return document;
}

describe('S1 the role of each operation', () => {
  for (const operation of Object.values(operations)) {
    const type = requiredRoles[operation.type];
    const required: Role | null = type === 'connect' ? 'edit' : type;

    test(`[S1] ${operation.type} requires ${required ?? 'no principal'}`, async () => {
      for (const role of roles) {
        const answer = await documentWithKeys().call({ kind: 'key', hash: role }, operation);
        if (required === null || roleAllows(role, required)) {
          expect(answer, role).not.toMatchObject({ code: 'forbidden' });
        } else {
          expect(answer, role).toMatchObject({ status: 'denied', code: 'forbidden' });
        }
      }
      const unknown = await documentWithKeys().call({ kind: 'key', hash: 'unknown' }, operation);
      const missing = await documentWithKeys().call(null, operation);
      if (required === null) {
        for (const answer of [unknown, missing]) {
          expect(answer).not.toMatchObject({ status: 'denied' });
        }
      } else {
        expect(unknown).toMatchObject({ status: 'denied', code: 'not-found' });
        expect(missing).toMatchObject({ status: 'denied', code: 'unauthenticated' });
      }
    });
  }
});
