import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { WebSocket } from 'ws';
import * as Y from 'yjs';
import { encodeAwareness } from '../../protocol/awareness.ts';
import { decodeAwareness } from '../../worker/core/room/presence/decode-awareness.ts';
import { CloseCode } from '../../protocol/close-codes.ts';
import { decodeMessages, encodeMessage, type Message } from '../../protocol/messages.ts';
import { encodeRecords, type FileRecord } from '../../worker/core/archive/document-file.ts';
import { ClosedService, endOf } from '../support/servers/closed-service.ts';
import { line, until } from '../support/y-client.ts';

/** Attacks on access and identity; docs/RELIABILITY.md lists all of them. */

const onDeno = inject('host') === 'deno';

let service: ClosedService;
beforeAll(async () => {
  service = await ClosedService.start(inject('host'));
});
afterAll(() => service.stop());

const resume: Message = {
  type: 'resume',
  epoch: '',
  version: 0,
  stateVector: Y.encodeStateVector(new Y.Doc()),
  schema: 0,
};

/** Waits for the socket to open, sends `resume` and waits for `welcome`. */
function joined(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', () => socket.send(encodeMessage(resume)));
    socket.once('message', () => resolve());
    socket.once('close', (code, reason) => reject(new Error(`Closed: ${code} ${reason}`)));
  });
}

/** Collects the awareness states that a socket receives, as JSON by client id. */
function watch(socket: WebSocket): Map<number, string | null> {
  const seen = new Map<number, string | null>();
  socket.on('message', (data: Buffer, isBinary) => {
    for (const message of isBinary ? decodeMessages(new Uint8Array(data)) : []) {
      if (message.type !== 'awareness') continue;
      for (const { client, state } of decodeAwareness(message.update)) seen.set(client, state);
    }
  });
  return seen;
}

function present(client: number, state: string): Uint8Array {
  const update = encodeAwareness([{ client, clock: 1, state }]);
  return encodeMessage({ type: 'awareness', update });
}

interface MadeKey {
  readonly id: string;
  readonly key: string;
}

async function newKey(
  { name, keys }: { name: string; keys: { own: string } },
  fields: Readonly<Record<string, unknown>>,
): Promise<MadeKey> {
  return await service.json(`/docs/${name}/keys`, keys.own, 'POST', fields) as MadeKey;
}

describe('keeping access', () => {
  it.concurrent('[S2] a new expiry of a key applies to open connections', async () => {
    const made = await service.make();
    const link = await newKey(made, { role: 'edit' });
    const socket = service.socket(made.name, link.key);
    await joined(socket);
    const end = endOf(socket);
    const expires = new Date(Date.now() + 2000).toISOString();
    await service.json(`/docs/${made.name}/keys/${link.id}`, made.keys.own, 'PATCH', { expires });
    expect((await end).code).toBe(CloseCode.notFound);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(expires));
  });

  it.concurrent('[S2] a later expiry of a key keeps open connections', async () => {
    const made = await service.make();
    const expires = new Date(Date.now() + 3000).toISOString();
    const [link, brief] = await Promise.all([
      newKey(made, { role: 'edit', expires }),
      newKey(made, { role: 'edit', expires }),
    ]);
    const [socket, other] = [link, brief].map(({ key }) => service.socket(made.name, key));
    await Promise.all([joined(socket!), joined(other!)]);
    const later = { expires: null };
    await service.json(`/docs/${made.name}/keys/${link.id}`, made.keys.own, 'PATCH', later);
    expect((await endOf(other!)).code).toBe(CloseCode.notFound);
    const pong = new Promise((resolve) => socket!.once('message', resolve));
    socket!.send('ping');
    await pong;
    expect(socket!.readyState).toBe(socket!.OPEN);
    socket!.close();
  });

  // On Cloudflare this needs EDGEPAD_PUBLIC_URL: the cache of a data center separates host names.
  it.runIf(onDeno)(
    '[S2] a revoked key gets no cached rendering under any host name of the service',
    async () => {
      const made = await service.make();
      const link = await newKey(made, { role: 'view' });
      const socket = service.socket(made.name, made.keys.edit);
      await joined(socket);
      socket.send(encodeMessage({ type: 'update', update: line('a line') }));
      const read = () =>
        service.fetch(`/docs/${made.name}/changes`, link.key, { headers: { host: 'pad.example' } });
      await until(async () => (await read()).status === 200);
      // A document that has not changed for long may be cached for long.
      await new Promise((resolve) => setTimeout(resolve, 12_000));
      expect((await read()).status).toBe(200);
      await service.json(`/docs/${made.name}/keys/${link.id}`, made.keys.own, 'DELETE', {});
      expect((await read()).status).toBe(404);
      socket.close();
    },
  );

  it.concurrent('[S2] revoking the user "null" does not revoke tokens without a user', async () => {
    const { name, keys } = await service.make();
    for (const field of ['jti', 'sub']) {
      await service.json(`/docs/${name}/revocations`, keys.own, 'POST', { [field]: 'null' });
    }
    const fetched = await service.fetch(`/docs/${name}.txt`, service.token(name, 'view'));
    expect(fetched.status).toBe(200);
    const named = service.token(name, 'view', { sub: 'null' });
    expect((await service.fetch(`/docs/${name}.txt`, named)).status).toBe(403);
  });

  it.concurrent('[S2] every valid user id can be revoked', async () => {
    const { name, keys } = await service.make();
    const sub = '🖋'.repeat(128);
    const token = service.token(name, 'view', { sub });
    expect((await service.fetch(`/docs/${name}.txt`, token)).status).toBe(200);
    await service.json(`/docs/${name}/revocations`, keys.own, 'POST', { sub });
    expect((await service.fetch(`/docs/${name}.txt`, token)).status).toBe(403);
  });

  it.concurrent('[S2] rejects a revocation of tokens that will be issued in the future', async () => {
    const { name, keys } = await service.make();
    const answer = await service.fetch(`/docs/${name}/revocations`, keys.own, {
      method: 'POST',
      body: JSON.stringify({ issuedBefore: '2999-01-01T00:00:00Z' }),
    });
    expect(answer.status).toBe(400);
    const token = service.token(name, 'view');
    expect((await service.fetch(`/docs/${name}.txt`, token)).status).toBe(200);
  });
});

/** Sends one request of a session over HTTP. */
async function ask(name: string, credential: string, session: string, frame: Uint8Array) {
  const answer = await service.fetch(`/docs/${name}/sync`, credential, {
    method: 'POST',
    headers: { 'edgepad-session': session, 'content-type': 'application/octet-stream' },
    body: frame,
  });
  const bytes = new Uint8Array(await answer.arrayBuffer());
  return { status: answer.status, bytes, ending: answer.headers.get('edgepad-close') };
}

describe('impersonation', () => {
  it.concurrent('[S1] the id of a session over HTTP is useless without its credential', async () => {
    const made = await service.make();
    const others = [
      (await newKey(made, { role: 'edit' })).key,
      service.token(made.name, 'own', { sub: 'mallory' }),
      service.token(made.name, 'own'),
    ];
    const token = (more: Readonly<Record<string, unknown>>) =>
      service.token(made.name, 'edit', { sub: 'ann', ...more });
    for (
      const [owner, again] of [[made.keys.edit, made.keys.edit], [token({}), token({ jti: 'x' })]]
    ) {
      const session = createHash('sha256').update(owner!).digest('hex');
      const begun = await ask(made.name, owner!, session, encodeMessage(resume));
      expect(begun).toMatchObject({ status: 200, ending: null });
      for (const credential of others) {
        for (const frame of [new Uint8Array(), encodeMessage(resume)]) {
          const taken = await ask(made.name, credential, session, frame);
          expect(taken.ending).toMatch(/^1013 /);
          expect(taken.bytes).toHaveLength(0);
        }
        const headers = { 'edgepad-session': session };
        await service.fetch(`/docs/${made.name}/sync`, credential, { method: 'DELETE', headers });
      }
      // A fresh token of the same user continues the session.
      const compare = encodeMessage({ type: 'compare' });
      expect((await ask(made.name, again!, session, compare)).ending).toBe(null);
    }
  });

  it.concurrent('[S4] only the service sets user ids, whatever a client sends', async () => {
    const made = await service.make();
    const watching = service.socket(made.name, made.keys.edit);
    await joined(watching);
    const seen = watch(watching);
    const states = [
      '{"user":{"id":"u7"}}',
      '{"user":{"id":"a","id":"u7"}}',
      '{"user":{"name":"x"},"user":{"id":"u7"}}',
      '{"user":{"\\u0069\\u0064":"u7"}}',
      '{"\\u0075ser":{"id":"u7"}}',
      '{"user":{"id":["u7"]}}',
      '{"user":[{"id":"u7"}]}',
      '{ "user" : { "id" : "u7" } }',
      '[{"user":{"id":"u7"}}]',
      '{"user":null,"id":"u7"}',
    ];
    const sockets = await Promise.all(states.map(async (state, i) => {
      const socket = service.socket(made.name, made.keys.edit);
      await joined(socket);
      socket.send(present(100 + i, state));
      return socket;
    }));
    await until(() => seen.size === states.length);
    for (const [client, state] of seen) {
      const { user } = JSON.parse(state ?? 'null');
      // Copying the state must not set a prototype in the receiver.
      expect(Object.assign({}, user).id, states[client - 100]).toBeUndefined();
      expect(Object.assign({}, JSON.parse(state ?? 'null')).user?.id).toBeUndefined();
    }
    for (const socket of sockets) socket.close();
    for (
      const state of [
        '{"user":{"__proto__":{"id":"u7"}}}',
        '{"__proto__":{"user":{"id":"u7"}}}',
        '{"user":{"\\u005f_proto__":{"id":"u7"}}}',
      ]
    ) {
      const socket = service.socket(made.name, made.keys.edit);
      await joined(socket);
      const end = endOf(socket);
      socket.send(present(200, state));
      expect((await end).code, state).toBe(CloseCode.forbiddenContent);
    }
    expect(seen.has(200)).toBe(false);
    watching.close();
  });

  it.concurrent('[P8 S4] a state that exceeds its limit with the identity disconnects only its sender', async () => {
    const made = await service.make();
    const [watching, honest, hostile] = [0, 1, 2]
      .map(() => service.socket(made.name, made.keys.edit)) as [WebSocket, WebSocket, WebSocket];
    await Promise.all([watching, honest, hostile].map(joined));
    const seen = watch(watching);
    const end = endOf(hostile);
    const grows = `{"user":{"id":1},"numbers":[${Array(780).fill('1e20').join()}]}`;
    hostile.send(present(7, grows));
    honest.send(present(8, '{"user":{"name":"Ann"}}'));
    await until(() => seen.has(8));
    expect((await end).code).toBe(CloseCode.tooBig);
    expect(seen.get(7) ?? '').not.toContain('100000000000000000000');
    watching.close();
    honest.close();
  });

  it.concurrent('[S5] rejects a token for another site on an open socket', async () => {
    const { name } = await service.make();
    const bound = service.token(name, 'own', { origin: 'https://site.example' });
    const socket = service.socket(name, service.token(name, 'edit'), { origin: service.url });
    await joined(socket);
    const end = endOf(socket);
    socket.send(encodeMessage({ type: 'token', token: bound }));
    expect((await end).code).toBe(CloseCode.unauthenticated);
    // The next token for the same site is accepted.
    const own = service.socket(name, bound);
    await joined(own);
    const told = new Promise<Message[]>((resolve) =>
      own.once('message', (data: Buffer) => resolve(decodeMessages(new Uint8Array(data))))
    );
    const next = service.token(name, 'edit', { origin: 'https://site.example' });
    own.send(encodeMessage({ type: 'token', token: next }));
    expect(await told).toEqual([{ type: 'role', role: 'edit' }]);
    own.close();
  });
});

describe('exhaustion', () => {
  // In local runs a proxy in front of the Worker waits for the body.
  it.runIf(onDeno)(
    '[P8 S1] answers a request without a valid credential before its body arrives',
    async () => {
      const { name } = await service.make();
      const headers = {
        'edgepad-session': 'x'.repeat(20),
        'content-type': 'application/octet-stream',
        'content-length': String(8 * 1024 * 1024),
      };
      // The answer arrives although no byte of the body was sent.
      expect(await service.postHead(`/docs/${name}/sync`, 'A'.repeat(22), headers)).toBe(404);
    },
  );

  it.concurrent('[S1] counts invalid credentials of WebSocket handshakes', async () => {
    const { name } = await service.make();
    const from = { localAddress: '127.200.1.1' };
    const codes = new Set<number>();
    for (let i = 0; i < 70; i++) {
      codes.add((await endOf(service.socket(name, `${i}`.padStart(22, 'A'), {}, from))).code);
    }
    expect([...codes]).toEqual([CloseCode.notFound, 429]);
  });

  it.concurrent('[P8] a forged document file is rejected with a reason or creates an ordinary document', async () => {
    const hash = createHash('sha256').update('A'.repeat(22)).digest('base64url');
    const key = { id: 'k', hash, role: 'own', label: '', created: 1, expires: null, used: null };
    const document = { created: 1, schema: 0, issued_after: 0 };
    const files: Readonly<Record<string, readonly unknown[]>> = {
      'time': [row('document', document), row('keys', { ...key, expires: 9e15 })],
      'created': [row('document', document), row('keys', { ...key, created: -9e15 })],
      'label': [row('document', document), row('keys', { ...key, label: 'x'.repeat(1e6) })],
      'schema': [row('document', { ...document, schema: 2 ** 53 - 1 })],
      'issued': [row('document', { ...document, issued_after: 2 ** 53 - 1 })],
      'prototype': [
        row('document', document),
        row('keys', JSON.parse(`{"__proto__":${JSON.stringify(key)}}`)),
      ],
      'version': [],
    };
    for (const [what, frames] of Object.entries(files)) {
      const version = what === 'version' ? Number.MAX_SAFE_INTEGER : 1;
      const file = Buffer.concat([...encodeRecords([
        { kind: 'header', format: 1, version },
        ...what === 'version' ? [row('document', document)] : frames as FileRecord[],
        { kind: 'end' },
      ])]);
      const name = `forged-${what}`;
      const answer = await service.fetch(`/docs/${name}/import`, null, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: new Uint8Array(file),
      });
      expect(answer.status, `${what}: ${await answer.text()}`).toBe(400);
    }
  });
});

function row(table: string, one: Readonly<Record<string, string | number | null>>): FileRecord {
  return { kind: 'rows', table, rows: [one] };
}
