import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { WebSocket } from 'ws';
import * as Y from 'yjs';
import { encodeAwareness } from '../../protocol/awareness.ts';
import { decodeAwareness } from '../../worker/core/room/presence/decode-awareness.ts';
import { CloseCode } from '../../protocol/close-codes.ts';
import { decodeMessages, encodeMessage, type Message } from '../../protocol/messages.ts';
import { ClosedService, endOf, type MadeDocument } from '../support/servers/closed-service.ts';
import { allRoutes } from '../support/service/routes.ts';
import { line, until } from '../support/y-client.ts';

let service: ClosedService;
beforeAll(async () => {
  service = await ClosedService.start(inject('host'));
});
afterAll(() => service.stop());

/** Every kind of client; each has its own credential. */
interface Cast extends MadeDocument {
  readonly credentials: Readonly<Record<Actor, string | null>>;
}

const actors = [
  'anonymous',
  'view',
  'edit',
  'own',
  'view token',
  'edit token',
  'own token',
  'expired',
  'revoked',
  'other',
] as const;
type Actor = (typeof actors)[number];

/** Creates a document with one line, and a credential for each kind of client. */
async function createCast(): Promise<Cast> {
  const [made, other] = await Promise.all([service.make(), service.make()]);
  const revoked = await service.json(`/docs/${made.name}/keys`, made.keys.own, 'POST', {
    role: 'own',
    label: 'Soon gone',
  }) as { id: string; key: string };
  await service.json(`/docs/${made.name}/keys/${revoked.id}`, made.keys.own, 'DELETE', {});
  const writer = service.socket(made.name, made.keys.edit);
  await opened(writer);
  writer.send(encodeMessage({ type: 'update', update: line('a line') }));
  await received(writer, 'saved');
  writer.close();
  const past = Math.floor(Date.now() / 1000) - 3600;
  return {
    ...made,
    credentials: {
      'anonymous': null,
      ...made.keys,
      'view token': service.token(made.name, 'view'),
      'edit token': service.token(made.name, 'edit'),
      'own token': service.token(made.name, 'own'),
      'expired': service.token(made.name, 'own', { iat: past, exp: past + 60 }),
      'revoked': revoked.key,
      'other': other.keys.own,
    },
  };
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
}

/** Waits for the socket to open and sends the first message of our provider. */
async function joined(socket: WebSocket): Promise<Message & { type: 'welcome' }> {
  await opened(socket);
  const welcome = received(socket, 'welcome');
  socket.send(encodeMessage(messages.resume));
  return await welcome as Message & { type: 'welcome' };
}

/** Waits for a message of this type. */
function received(socket: WebSocket, type: Message['type']): Promise<Message> {
  return new Promise((resolve, reject) => {
    socket.on('message', (data: Buffer, isBinary) => {
      if (!isBinary) return;
      const found = decodeMessages(new Uint8Array(data)).find((message) => message.type === type);
      if (found) resolve(found);
    });
    socket.once('close', (code, reason) => reject(new Error(`Closed: ${code} ${reason}`)));
  });
}

/** Statuses for: anonymous; reader; editor; owner; expired; revoked or of another document. */
type Row = readonly [number, number, number, number, number, number];
const forAll: Row = [200, 200, 200, 200, 200, 200];
const reading: Row = [401, 200, 200, 200, 401, 404];
const editing: Row = [401, 403, 200, 200, 401, 404];
const owning: Row = [401, 403, 403, 200, 401, 404];

interface Asked {
  readonly row: Row;
  /** The path, if it differs from the route; `:name` stands for the document's name. */
  readonly path?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The status that replaces 200. */
  readonly success?: number;
}

const session = { 'edgepad-session': 'x'.repeat(20), 'content-type': 'application/octet-stream' };

/** Every route and the expected statuses. A route that is missing here fails the test. */
const table: Readonly<Record<string, readonly Asked[]>> = {
  'GET /': [{ row: forAll }],
  'GET /sw.js': [{ row: forAll }],
  'GET /:file{[a-z-]+\\.(?:svg|png|ico|txt|webmanifest)}': [{ row: forAll, path: '/favicon.svg' }],
  // Pages without content: scripts load the content with a credential.
  'GET /d/:name': [{ row: forAll }],
  'GET /embed/:name': [{ row: forAll }, { row: reading, path: '/embed/:name?mode=view' }],
  'GET /embed.js': [{ row: forAll }],
  'GET /oembed': [{ row: reading, path: '/oembed?url=/v/:name' }],
  'GET /v/:name': [{ row: reading }],
  'GET /favicon.ico': [{ row: forAll, success: 301 }],
  // Only for WebSocket upgrades.
  'GET /docs/:name': [{ row: [426, 426, 426, 426, 426, 426] }],
  'GET /docs/:file': [
    { row: reading, path: '/docs/:name.html' },
    { row: reading, path: '/docs/:name.md' },
    { row: reading, path: '/docs/:name.txt' },
    { row: reading, path: '/docs/:name.json' },
    { row: editing, path: '/docs/:name.json?roots=all' },
    { row: editing, path: '/docs/:name.yjs' },
  ],
  'GET /docs/:name/changes': [{ row: reading }],
  'GET /docs/:name/events': [{ row: reading }],
  'POST /docs/:name/sync': [{ row: editing, headers: session }],
  // For HEAD, which asks whether the service can be reached.
  'GET /docs/:name/sync': [{ row: [405, 405, 405, 405, 405, 405] }],
  'DELETE /docs/:name/sync': [{ row: editing, headers: session, success: 204 }],
  'GET /docs/:name/keys': [{ row: owning }],
  'POST /docs/:name/keys': [{ row: owning, body: '{"role":"view"}', success: 201 }],
  'PATCH /docs/:name/keys/:id': [{ row: owning, body: '{"label":"Mine"}' }],
  'POST /docs/:name/keys/:id/rotate': [{ row: owning, success: 201 }],
  'DELETE /docs/:name/keys/:id': [{ row: owning, success: 204 }],
  'GET /docs/:name/frames': [{ row: owning }],
  'PUT /docs/:name/frames': [{ row: owning, body: '{"origins":["https://site.example"]}' }],
  'GET /docs/:name/revocations': [{ row: owning }],
  'DELETE /docs/:name/revocations': [
    // There is no such revocation.
    { row: owning, path: '/docs/:name/revocations?sub=x', success: 404 },
  ],
  'POST /docs/:name/revocations': [{ row: owning, body: '{"jti":"x"}', success: 204 }],
  'GET /docs/:name/problems': [{ row: owning }],
  'GET /docs/:name/versions': [{ row: editing }],
  'POST /docs/:name/versions': [{ row: editing, body: '{"name":"Draft"}', success: 201 }],
  'GET /docs/:name/versions/:file': [
    { row: editing, path: '/docs/:name/versions/1.html' },
    { row: editing, path: '/docs/:name/versions/1.md' },
    { row: editing, path: '/docs/:name/versions/1.txt' },
    { row: editing, path: '/docs/:name/versions/1.json' },
    { row: editing, path: '/docs/:name/versions/1.yjs' },
  ],
  // There is no version 9, which only those with access learn.
  'PATCH /docs/:name/versions/:version': [{
    row: editing,
    path: '/docs/:name/versions/9',
    body: '{"name":"Draft"}',
    success: 404,
  }],
  'DELETE /docs/:name/versions/:version': [{
    row: owning,
    path: '/docs/:name/versions/9',
    success: 404,
  }],
  'GET /docs/:name/export': [{ row: owning }],
  'DELETE /docs/:name{[^./]+}': [{ row: owning, success: 204 }],
  'GET /healthz': [{ row: forAll }],
  // The document exists, so a client that may create documents gets a conflict.
  'POST /docs/:name/import': [{
    row: [200, 200, 200, 200, 401, 200],
    headers: { 'content-type': 'application/octet-stream' },
    body: 'x',
    success: 409,
  }],
  // Anyone may create documents here; a key of another document makes no difference.
  'POST /docs': [{ row: [200, 200, 200, 200, 401, 200], success: 201 }],
};

const columns: Readonly<Record<Actor, number>> = {
  'anonymous': 0,
  'view': 1,
  'edit': 2,
  'own': 3,
  'view token': 1,
  'edit token': 2,
  'own token': 3,
  'expired': 4,
  'revoked': 5,
  'other': 5,
};

describe('access to each route', () => {
  for (const { method, path } of allRoutes()) {
    it.concurrent(`[S1] ${method} ${path}`, async () => {
      const asked = table[`${method} ${path}`];
      if (!asked) throw new Error('This route is not in the table: say who may use it');
      const made = await createCast();
      for (
        const { row, path: own = path.replace('{[^./]+}', ''), body, headers = {}, success = 200 }
          of asked
      ) {
        for (const actor of actors) {
          // A token for one document cannot create another.
          if (/^\/docs$|\/import$/.test(path) && actor.endsWith(' token')) continue;
          // The key is revoked once, so each client needs its own.
          const id = own.includes(':id') ? (await keyOf(made)).id : '';
          const address = own.replace(':name', made.name).replace(':id', id);
          const stopping = new AbortController();
          const response = await service.fetch(address, made.credentials[actor], {
            method,
            headers,
            signal: stopping.signal,
            ...body === undefined ? {} : { body },
          });
          const expected = row[columns[actor]] === 200 ? success : row[columns[actor]];
          // The owner's key deleted the document; tokens that cannot create one find nothing.
          const isGone = method === 'DELETE' && own === '/docs/:name' &&
            (actor === 'view token' || actor === 'own token');
          expect(response.status, `${actor}: ${address}`).toBe(isGone ? 404 : expected);
          if (response.status >= 400) {
            expect(response.headers.get('content-type'), actor).toBe('application/problem+json');
            expect(JSON.stringify(await response.json())).not.toContain(
              made.credentials[actor] ?? '\0',
            );
          }
          stopping.abort();
        }
      }
    });
  }

  it('[S1] answers "does not exist" and "not allowed" with identical bytes', async () => {
    const made = await createCast();
    const answers = await Promise.all([
      service.fetch(`/docs/${made.name}.md`, made.credentials.other),
      service.fetch(`/docs/${made.name}.md`, made.credentials.revoked),
      service.fetch(`/docs/nothing-here.md`, made.credentials.own),
      service.fetch(`/docs/nothing-here.md`, service.token(made.name, 'own')),
      service.fetch(`/docs/${made.name}.md`, service.token('nothing-here', 'own')),
    ]);
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    expect(new Set(texts).size).toBe(1);
  });
});

/** Creates a key of this document that no client uses. */
async function keyOf({ name, keys }: MadeDocument): Promise<{ id: string }> {
  const made = await service.json(`/docs/${name}/keys`, keys.own, 'POST', { role: 'view' });
  return made as { id: string };
}

/** One message of each type. */
const messages: Readonly<Record<Message['type'], Message>> = {
  'sync-step-1': { type: 'sync-step-1', stateVector: Y.encodeStateVector(new Y.Doc()) },
  'sync-step-2': { type: 'sync-step-2', update: line('step 2') },
  'update': { type: 'update', update: line('update') },
  'awareness': {
    type: 'awareness',
    update: encodeAwareness([{ client: 5, clock: 1, state: '{}' }]),
  },
  'query-awareness': { type: 'query-awareness' },
  'resume': {
    type: 'resume',
    epoch: '',
    version: 0,
    stateVector: Y.encodeStateVector(new Y.Doc()),
    schema: 0,
  },
  'part': { type: 'part', total: 100, bytes: new Uint8Array(10) },
  'compare': { type: 'compare' },
  'token': { type: 'token', token: 'a.b.c' },
  'welcome': { type: 'welcome', epoch: 'x', version: 1, role: 'own', schema: 0 },
  'saved': { type: 'saved', version: 1, count: 1 },
  'unsaved': { type: 'unsaved', reason: 'gap' },
  'digest': { type: 'digest', digest: new Uint8Array(8) },
  'role': { type: 'role', role: 'own' },
};
const fromService: ReadonlySet<string> = new Set(['welcome', 'saved', 'unsaved', 'digest', 'role']);

/** The close codes of clients that may not connect. */
const refusals: Readonly<Partial<Record<Actor, number>>> = {
  'anonymous': CloseCode.unauthenticated,
  'view': CloseCode.forbidden,
  'view token': CloseCode.forbidden,
  'expired': CloseCode.unauthenticated,
  'revoked': CloseCode.notFound,
  'other': CloseCode.notFound,
};

describe('access to each message type', () => {
  for (const [kind, message] of Object.entries(messages)) {
    it.concurrent(`[S1] ${kind}`, async () => {
      const made = await createCast();
      for (const actor of actors) {
        const before = await versionOf(made);
        const socket = service.socket(made.name, made.credentials[actor]);
        const end = endOf(socket);
        const texts: Buffer[] = [];
        socket.on('message', (data: Buffer) => texts.push(data));
        await opened(socket);
        socket.send(encodeMessage(message));
        const refusal = refusals[actor];
        if (refusal !== undefined) {
          expect((await end).code, actor).toBe(refusal);
          expect(texts, actor).toEqual([]);
          expect(await versionOf(made), actor).toBe(before);
        } else if (fromService.has(kind)) {
          expect((await end).code, actor).toBe(CloseCode.unknownType);
        } else if (kind === 'token' && actor.endsWith('token')) {
          // A replacement for a valid token must be valid.
          expect((await end).code, actor).toBe(CloseCode.unauthenticated);
        } else {
          // The connection is open and answers.
          const pong = new Promise((resolve) => socket.once('message', resolve));
          socket.send('ping');
          await pong;
          socket.close();
        }
      }
    });
  }
});

async function versionOf({ name, keys }: MadeDocument): Promise<string | null> {
  const response = await service.fetch(`/docs/${name}.txt`, keys.view, {
    headers: { 'cache-control': 'no-cache' },
  });
  return response.headers.get('etag');
}

describe('revocation and expiry', () => {
  it.concurrent('[S2] closes only the sockets of a revoked key, while its user types', async () => {
    const { name, keys } = await service.make();
    const link = await service.json(`/docs/${name}/keys`, keys.own, 'POST', { role: 'edit' }) as {
      id: string;
      key: string;
    };
    const [typing, staying] = [service.socket(name, link.key), service.socket(name, keys.edit)];
    await Promise.all([joined(typing), joined(staying)]);
    const end = endOf(typing);
    let stayingEnded = false;
    staying.on('close', () => (stayingEnded = true));
    const ticking = setInterval(() => {
      typing.send(encodeMessage({ type: 'update', update: line('typed') }));
    }, 20);
    await received(typing, 'saved');
    const reader = await service.fetch(`/docs/${name}.md`, link.key);
    expect(reader.status).toBe(200);
    await service.json(`/docs/${name}/keys/${link.id}`, keys.own, 'DELETE', {});
    expect(await end).toEqual({
      code: CloseCode.forbidden,
      reason: 'This link was revoked. Ask for a new one',
    });
    clearInterval(ticking);
    // Caches must not serve an answer from before the revocation.
    for (const path of ['.md', '/changes', '.yjs', '/events']) {
      expect((await service.fetch(`/docs/${name}${path}`, link.key)).status, path).toBe(404);
    }
    expect((await endOf(service.socket(name, link.key))).code).toBe(CloseCode.notFound);
    expect(stayingEnded).toBe(false);
    staying.close();
  });

  it.concurrent('[S2 P4] closes the sockets of a revoked key after the document has slept', async () => {
    const { name, keys } = await service.make();
    const link = await service.json(`/docs/${name}/keys`, keys.own, 'POST', { role: 'edit' }) as {
      id: string;
      key: string;
    };
    const socket = service.socket(name, link.key);
    await joined(socket);
    const end = endOf(socket);
    // The platform evicts a document after ten idle seconds.
    await new Promise((resolve) => setTimeout(resolve, 13_000));
    await service.json(`/docs/${name}/keys/${link.id}`, keys.own, 'DELETE', {});
    expect((await end).code).toBe(CloseCode.forbidden);
  });

  it.concurrent('[S2] rotating a key rejects the old secret and closes its sockets', async () => {
    const { name, keys } = await service.make();
    const list = await service.fetch(`/docs/${name}/keys`, keys.own);
    const { keys: entries } = await list.json() as { keys: { id: string; role: string }[] };
    const edit = entries.find(({ role }) => role === 'edit');
    const socket = service.socket(name, keys.edit);
    await joined(socket);
    const rotated = await service.json(
      `/docs/${name}/keys/${edit?.id}/rotate`,
      keys.own,
      'POST',
      {},
    ) as { key: string; label: string; role: string };
    expect((await endOf(socket)).code).toBe(CloseCode.forbidden);
    expect(rotated).toMatchObject({ role: 'edit', label: 'Editors' });
    expect((await service.fetch(`/docs/${name}.md`, keys.edit)).status).toBe(404);
    expect((await service.fetch(`/docs/${name}.md`, rotated.key)).status).toBe(200);
  });

  it.concurrent('[S2] an expired key opens nothing, and its sockets are closed', async () => {
    const { name, keys } = await service.make();
    const expires = new Date(Date.now() + 3000).toISOString();
    const { key } = await service.json(`/docs/${name}/keys`, keys.own, 'POST', {
      role: 'edit',
      expires,
    }) as { key: string };
    const socket = service.socket(name, key);
    await joined(socket);
    expect((await endOf(socket)).code).toBe(CloseCode.notFound);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(expires));
    expect((await service.fetch(`/docs/${name}.md`, key)).status).toBe(404);
  });

  it.concurrent('[S2] closes the socket of an expired token, but not after a fresh token', async () => {
    const { name } = await service.make();
    // With the leeway, both tokens are valid for a few seconds.
    const now = Math.floor(Date.now() / 1000);
    const brief = { iat: now - 120, exp: now - 60 + 4 };
    const ends = service.socket(name, service.token(name, 'edit', brief));
    const goesOn = service.socket(name, service.token(name, 'edit', brief));
    await Promise.all([joined(ends), joined(goesOn)]);
    const fresh = service.token(name, 'edit');
    goesOn.send(encodeMessage({ type: 'token', token: fresh }));
    expect((await endOf(ends)).code).toBe(CloseCode.unauthenticated);
    goesOn.send(encodeMessage({ type: 'update', update: line('still here') }));
    await received(goesOn, 'saved');
    goesOn.close();
  });

  it.concurrent('[S2] a token with a lower role is announced, and the socket closed', async () => {
    const { name } = await service.make();
    const socket = service.socket(name, service.token(name, 'edit'));
    await joined(socket);
    const told = received(socket, 'role');
    const end = endOf(socket);
    socket.send(encodeMessage({ type: 'token', token: service.token(name, 'view') }));
    expect(await told).toEqual({ type: 'role', role: 'view' });
    expect((await end).code).toBe(CloseCode.forbidden);
  });

  it.concurrent('[S2] revokes tokens by jti, by sub and by time of issue', async () => {
    const { name, keys } = await service.make();
    const now = Math.floor(Date.now() / 1000);
    const revocations = [
      [{ jti: 'one' }, { jti: 'one' }],
      [{ sub: 'ann' }, { sub: 'ann' }],
      [{ iat: now - 30 }, { issuedBefore: new Date((now - 10) * 1000).toISOString() }],
    ];
    const stays = service.token(name, 'edit', { jti: 'two', sub: 'bob' });
    const staying = service.socket(name, stays);
    await joined(staying);
    for (const [claims, revocation] of revocations) {
      const token = service.token(name, 'edit', claims);
      const socket = service.socket(name, token);
      await joined(socket);
      const end = endOf(socket);
      await service.json(`/docs/${name}/revocations`, keys.own, 'POST', revocation);
      expect((await end).code).toBe(CloseCode.forbidden);
      expect((await service.fetch(`/docs/${name}.md`, token)).status).toBe(403);
      expect((await endOf(service.socket(name, token))).code).toBe(CloseCode.forbidden);
    }
    expect((await service.fetch(`/docs/${name}.md`, stays)).status).toBe(200);
    expect(staying.readyState).toBe(staying.OPEN);
    staying.close();
  });

  it.concurrent('[S3] a deleted document is gone for every client, and no copy restores it', async () => {
    const { name, keys } = await service.make();
    const token = service.token(name, 'edit');
    const socket = service.socket(name, token);
    const { epoch } = await joined(socket);
    socket.send(encodeMessage({ type: 'update', update: line('a secret') }));
    await received(socket, 'saved');
    const end = endOf(socket);
    expect((await service.fetch(`/docs/${name}`, keys.own, { method: 'DELETE' })).status).toBe(204);
    expect(await end).toEqual({ code: CloseCode.deleted, reason: 'This document was deleted' });
    for (const key of Object.values(keys)) {
      expect((await service.fetch(`/docs/${name}.md`, key)).status).toBe(404);
    }
    // A new document with the same name must not start with the old copies.
    const again = service.socket(name, service.token(name, 'edit'));
    await opened(again);
    const refused = endOf(again);
    again.send(encodeMessage({ ...messages.resume, epoch, version: 1 } as Message));
    expect((await refused).code).toBe(CloseCode.deleted);
    const anew = service.socket(name, service.token(name, 'edit'));
    await joined(anew);
    anew.send(encodeMessage({ type: 'update', update: line('a new page') }));
    await received(anew, 'saved');
    const text = await (await service.fetch(`/docs/${name}.txt`, service.token(name, 'view')))
      .text();
    expect(text).toContain('a new page');
    expect(text).not.toContain('a secret');
    anew.close();
  });
});

describe('identity', () => {
  it('[S4] a token sets the identity of a user; a guest chooses a name and has no id', async () => {
    const { name, keys } = await service.make();
    const token = service.token(name, 'edit', { sub: 'u7', name: 'Ann', color: '#112233' });
    const [known, guest, watching] = [
      service.socket(name, token),
      service.socket(name, keys.edit),
      service.socket(name, keys.edit),
    ];
    await Promise.all([known, guest, watching].map(joined));
    const seen = new Map<number, unknown>();
    watching.on('message', (data: Buffer) => {
      for (const message of decodeMessages(new Uint8Array(data))) {
        if (message.type !== 'awareness') continue;
        for (const { client, state } of decodeEntries(message.update)) seen.set(client, state);
      }
    });
    const says = (socket: WebSocket, client: number, state: string) =>
      socket.send(encodeMessage({
        type: 'awareness',
        update: encodeAwareness([{ client, clock: 1, state }]),
      }));
    says(known, 71, '{"user":{"name":"Bob","color":"#ffffff","id":"admin"},"cursor":1}');
    says(guest, 72, '{"user":{"name":"Ann","\\u0069d":"u7"}}');
    await until(() => seen.size === 2);
    expect(seen.get(71)).toEqual({
      user: { name: 'Ann', color: '#112233', id: 'u7' },
      cursor: 1,
    });
    expect(seen.get(72)).toEqual({ user: { name: 'Ann' } });
    for (const socket of [known, guest, watching]) socket.close();
  });
});

function decodeEntries(update: Uint8Array): { client: number; state: unknown }[] {
  return decodeAwareness(update).map(({ client, state }) => ({
    client,
    state: JSON.parse(state ?? 'null'),
  }));
}

describe('embed origins of a document', () => {
  const site = 'https://site.example';
  const put = (name: string, key: string, body: string) =>
    service.fetch(`/docs/${name}/frames`, key, { method: 'PUT', body });
  const framesIn = async (path: string) => {
    const answer = await service.fetch(path, null, { headers: { accept: 'text/html' } });
    const policy = answer.headers.get('content-security-policy') ?? '';
    return {
      policy: /frame-ancestors (.*)$/.exec(policy)?.[1],
      listed: /data-origins="(.*?)"/.exec(await answer.text())?.[1],
    };
  };

  it('[F8] apply to the pages of this document only, until an owner changes them', async () => {
    const [made, other] = await Promise.all([service.make(), service.make()]);
    const { name, keys } = made;
    const pages = (name: string, key: string) => [
      `/embed/${name}`,
      `/embed/${name}?mode=view`,
      `/embed/${name}?mode=view&key=${key}`,
    ];
    const nobody = { policy: `'self'`, listed: '' };
    for (const page of pages(name, keys.view)) expect(await framesIn(page), page).toEqual(nobody);
    const origins = ['http://localhost:3000', site];
    const set = await put(name, keys.own, JSON.stringify({ origins: [site, ...origins] }));
    expect(await set.json()).toEqual({ origins });
    const read = await service.fetch(`/docs/${name}/frames`, service.token(name, 'own'));
    expect(await read.json()).toEqual({ origins });
    const both = { policy: `'self' ${origins.join(' ')}`, listed: origins.join(' ') };
    for (const page of pages(name, keys.view)) expect(await framesIn(page), page).toEqual(both);
    for (const page of pages(other.name, other.keys.view)) {
      expect(await framesIn(page), page).toEqual(nobody);
    }
    expect((await framesIn(`/v/${name}?key=${keys.view}`)).policy).toBe(`'none'`);
    // They allow embedding only: scripts of the site get no more access than before.
    const asked = await service.fetch(`/docs/${name}/sync`, keys.edit, {
      method: 'POST',
      headers: { ...session, origin: site },
    });
    expect(asked.status).toBe(403);
    await put(name, keys.own, '{"origins":[]}');
    for (const page of pages(name, keys.view)) expect(await framesIn(page), page).toEqual(nobody);
  });

  it('[F8] rejects invalid origins and keeps the list', async () => {
    const { name, keys } = await service.make();
    await put(name, keys.own, JSON.stringify({ origins: [site] }));
    const many = Array.from({ length: 21 }, (_, i) => `https://${i}.example`);
    for (
      const [body, words] of [
        ['', 'at most 20 origins'],
        ['[]', 'a JSON object'],
        ['{"origins":"https://site.example"}', 'at most 20 origins'],
        ['{"origins":{"length":0}}', 'at most 20 origins'],
        [JSON.stringify({ origins: many }), 'at most 20 origins'],
        ['{"origins":[7]}', 'not an origin'],
        ['{"origins":["null"]}', '"null" is not an origin'],
        ['{"origins":["*"]}', '"*" is not an origin'],
        [
          '{"origins":["https://ok.example","https://*.example"]}',
          '"https://*.example" is not an origin',
        ],
        ['{"origins":["https://site.example/page"]}', 'not an origin'],
        ['{"origins":["https://site.example:443"]}', 'not an origin'],
        ['{"origins":["http://127.1"]}', 'not an origin'],
        ['{"origins":["https://a;script-src-elem"]}', 'not an origin'],
      ] as const
    ) {
      const answer = await put(name, keys.own, body);
      expect(answer.status, body).toBe(400);
      expect(await answer.json()).toMatchObject({
        code: 'bad-request',
        detail: expect.stringContaining(words),
      });
    }
    expect((await put(name, keys.own, `{"origins":["${'x'.repeat(20_000)}"]}`)).status).toBe(413);
    expect((await framesIn(`/embed/${name}`)).listed).toBe(site);
    expect((await put(name, keys.own, JSON.stringify({ origins: many.slice(1) }))).status).toBe(
      200,
    );
    expect((await framesIn(`/embed/${name}`)).listed?.split(' ')).toHaveLength(20);
  });

  it('[F8 S3] do not reveal or create documents, and are deleted with theirs', async () => {
    const made = await service.make();
    // The name and the page have the same length as the other.
    const missing = crypto.randomUUID().replaceAll('-', '').slice(0, made.name.length);
    const pageOf = async (name: string) => {
      const answer = await service.fetch(`/embed/${name}`, null);
      const headers = [...answer.headers].filter(([name]) => name !== 'date');
      return [answer.status, headers, (await answer.text()).replaceAll(name, 'NAME')];
    };
    expect(await pageOf(missing)).toEqual(await pageOf(made.name));
    const begun = await service.fetch('/docs', null, {
      method: 'POST',
      body: JSON.stringify({ name: missing }),
    });
    expect(begun.status).toBe(201);

    await put(made.name, made.keys.own, JSON.stringify({ origins: [site] }));
    expect((await framesIn(`/embed/${made.name}`)).listed).toBe(site);
    await service.fetch(`/docs/${made.name}`, made.keys.own, { method: 'DELETE' });
    expect((await framesIn(`/embed/${made.name}`)).listed).toBe('');
    // A new document with this name has none either.
    await service.fetch('/docs', null, {
      method: 'POST',
      body: JSON.stringify({ name: made.name }),
    });
    expect((await framesIn(`/embed/${made.name}`)).listed).toBe('');
  });
});

describe('response headers', () => {
  it('[S5] every page forbids inline code, foreign sources, referrers and permissions', async () => {
    const { name, keys } = await service.make();
    const view = `?key=${keys.view}`;
    const pages = ['/', `/d/${name}`, `/v/${name}${view}`, `/embed/${name}`, '/no/where'];
    for (const path of [...pages, `/embed/${name}${view}&mode=view`, `/v/${name}`]) {
      const { headers } = await service.fetch(path, null, { headers: { accept: 'text/html' } });
      expect(headers.get('content-type'), path).toBe('text/html; charset=utf-8');
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy, path).toContain(`default-src 'none'`);
      expect(policy, path).toContain(`script-src 'self';`);
      expect(policy, path).toContain(`style-src 'self';`);
      expect(policy, path).not.toContain('unsafe');
      const isForFrames = path.startsWith('/embed/');
      expect(policy, path).toContain(`frame-ancestors ${isForFrames ? `'self'` : `'none'`}`);
      expect(headers.get('referrer-policy'), path).toBe('no-referrer');
      expect(headers.get('permissions-policy'), path).toContain('camera=()');
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
    }
  });

  it('[P8] a client with an expired token locks out no other client of its address', async () => {
    const { name, keys } = await service.make();
    const now = Math.floor(Date.now() / 1000);
    const expired = service.token(name, 'edit', { iat: now - 7200, exp: now - 3600 });
    const ask = (credential: string) =>
      fetch(`${service.url}/docs/${name}/keys`, {
        headers: { authorization: `Bearer ${credential}` },
      });
    for (let attempt = 0; attempt < 150; attempt++) {
      const credential = attempt % 2 ? expired : `${expired.slice(0, -6)}xxxxxx`;
      expect((await ask(credential)).status).toBe(401);
    }
    expect((await ask(keys.own)).status).toBe(200);
  });

  it('[P8] limits the creation of documents and the guessing of keys by address', async () => {
    // Other tests use a new address for each request; this one does not.
    const ask = (path: string, init: RequestInit) => fetch(service.url + path, init);
    const untilRefused = async (asking: (count: number) => Promise<Response>) => {
      for (let count = 0; count < 200; count++) {
        const answer = await asking(count);
        if (answer.status === 429) return answer;
      }
      throw new Error('The service sets no limit');
    };
    const { name, keys } = await service.make();
    for (
      const refused of [
        await untilRefused(() => ask('/docs', { method: 'POST' })),
        await untilRefused((count) =>
          ask(`/docs/${name}.md?key=${`${count}`.padEnd(22, 'x')}`, {})
        ),
      ]
    ) {
      expect(refused.headers.get('retry-after')).toBe('60');
      expect(await refused.json()).toMatchObject({ code: 'too-many' });
    }
    // A valid key is blocked as well; other addresses are not affected.
    expect((await ask(`/docs/${name}.md?key=${keys.view}`, {})).status).toBe(429);
    expect((await service.fetch(`/docs/${name}.md`, keys.view)).status).toBe(200);
  });
});

describe('a request that is rejected before its body is read', () => {
  it('[P8] leaves the next requests of the same client alone', async () => {
    const { name, keys } = await service.make();
    const body = 'x'.repeat(300_000);
    for (let round = 0; round < 10; round++) {
      for (
        const [path, status] of [
          [`/docs/${name}/frames`, 405],
          [`/docs/${name}/keys`, 413],
          [`/docs/${name}/import`, 409],
          [`/docs/${name}.md`, 405],
          ['/nowhere', 404],
        ] as const
      ) {
        const headers = { 'content-type': 'application/octet-stream' };
        const init = { method: 'POST', body, headers };
        const rejected = await service.fetch(path, keys.view, init);
        expect(rejected.status, `${path}, round ${round}`).toBe(status);
        await rejected.arrayBuffer();
      }
    }
  });
});
