import { describe, expect, it } from 'vitest';
import { readSettings } from '../../worker/access/settings.ts';
import { createApp } from '../../worker/app.ts';
import { EdgeCache } from '../../worker/cache/edge-cache.ts';
import { MemoryCache } from '../../worker/cache/memory-cache.ts';
import { callLocally } from '../../worker/document.ts';
import { isLoopbackRequest } from '../../worker/access/loopback.ts';
import type { Health } from '../../worker/routes/dependencies.ts';
import { encodeMessage } from '../../protocol/messages.ts';
import { writeContent } from '../../worker/write-content.ts';
import { MemorySql } from '../support/memory-sql.ts';
import { documentOver } from './core/archive/stored-document.ts';

/** The routes over documents in memory, in open mode. `fail` may throw before each call of a document. */
function openApp(
  health: Health = 'ok',
  fail: () => void = () => {},
  write: typeof writeContent = writeContent,
  allow: (action: string) => boolean = () => true,
) {
  const documents = new Map<string, ReturnType<typeof documentOver>>();
  return createApp((name) => {
    const document = documents.get(name) ?? documentOver(new MemorySql());
    documents.set(name, document);
    return {
      async fetch() {
        fail();
        return await Promise.resolve(new Response(null, { status: 204 }));
      },
      async call(principal, operation) {
        fail();
        return await callLocally(operation, {
          exists: () => document.exists,
          call: (local) => document.call(principal, local),
        });
      },
    };
  }, {
    ...readSettings({ EDGEPAD_OPEN: 'loopback', EDGEPAD_ORIGINS: 'https://site.example' }),
    writeContent: (_, source) => write(source),
    asset: () => Promise.resolve(new Response('<html></html>')),
    health: () => health,
    cache: new EdgeCache(new MemoryCache(), {
      match: () => Promise.resolve(undefined),
      put: () => Promise.resolve(),
      delete: () => Promise.resolve(false),
    }, () => {}),
    limiter: { allow: (action) => Promise.resolve(allow(action)) },
    addressOf: () => '127.0.0.1',
    refuseUpgrade: () => new Response(null, { status: 204 }),
  });
}

it('[S5] [R24] every answer of every route has nosniff and Cache-Control', async () => {
  const app = openApp();
  await app.request('http://localhost/docs', { method: 'POST', body: '{"name":"one"}' });
  const paths = new Set(
    app.routes.filter(({ path }) => !path.includes('*')).map(({ path }) => path),
  );
  expect(paths.size).toBeGreaterThan(15);
  const statuses = new Set<number>();
  for (const path of [...paths, '/unknown', '/docs/one/unknown']) {
    for (const name of ['one', 'missing', 'in.valid']) {
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        const address = path.replace('/:file{', '/icon.svg{').replace(
          'docs/:file',
          `docs/${name}.txt`,
        )
          .replace(/:name/, name).replace(/:\w+/, 'x').replace(/\{.*\}/, '');
        // Deletion ends the document that the other requests need.
        if (method === 'DELETE' && name === 'one') continue;
        const request = new Request(`http://localhost${address}`, { method });
        const { headers, status } = await app.fetch(request);
        statuses.add(status);
        const what = `${method} ${address} ${status}`;
        expect(headers.get('x-content-type-options'), what).toBe('nosniff');
        expect(headers.get('cache-control'), what).not.toBeNull();
      }
    }
  }
  for (const status of [200, 201, 400, 404, 405]) expect(statuses).toContain(status);
});

it('[P8] every request that opens a connection counts as a handshake, also a refused one', async () => {
  let handshakes = 0;
  const app = openApp('ok', () => {}, writeContent, (action) => {
    if (action === 'handshake') handshakes++;
    return handshakes <= 5;
  });
  const created = await app.request('http://localhost/docs', {
    method: 'POST',
    body: '{"name":"one"}',
  });
  const { keys } = await created.json() as { keys: { edit: string } };
  // Not a loopback host, so that open mode does not apply.
  const upgrade = async (path: string) => {
    const headers = { upgrade: 'websocket' };
    return (await app.request(`http://service.example${path}`, { headers })).status;
  };
  // Without a token secret, a valid name is answered with 401.
  expect(await upgrade('/docs/one')).toBe(401);
  for (const path of ['/docs/in.valid', '/docs/in/valid']) expect(await upgrade(path)).toBe(204);
  expect(handshakes).toBe(3);
  const headers = {
    'content-type': 'application/octet-stream',
    'edgepad-session': 's'.repeat(16),
    // Without a key, open mode would apply.
    authorization: `Bearer ${keys.edit}`,
  };
  const stateVector = new Uint8Array([0]);
  const resume = encodeMessage({ type: 'resume', epoch: '', version: 0, stateVector, schema: 0 });
  const sync = async (body: Uint8Array<ArrayBuffer>) =>
    (await app.request('http://localhost/docs/one/sync', { method: 'POST', headers, body })).status;
  expect(await sync(new Uint8Array(resume))).toBe(200);
  expect(await sync(new Uint8Array())).toBe(200);
  expect(handshakes).toBe(4);
  expect(await upgrade('/docs/one')).toBe(401);
  expect(await upgrade('/docs/in.valid')).toBe(429);
  expect(await sync(new Uint8Array(resume))).toBe(429);
});

it('[P8] content for a name that is taken is not read', async () => {
  const read: unknown[] = [];
  const app = openApp('ok', () => {}, (source) => {
    read.push(source.markdown ?? source.text ?? source.title);
    return writeContent(source);
  });
  const create = async (fields: object) => {
    const body = JSON.stringify(fields);
    return (await app.request('http://localhost/docs', { method: 'POST', body })).status;
  };
  expect(await create({ name: 'taken', markdown: 'first' })).toBe(201);
  for (const content of [{ markdown: 'x' }, { text: 'x' }, { title: 'x' }]) {
    expect(await create({ name: 'taken', ...content })).toBe(409);
  }
  expect(read).toEqual(['first']);
});

it('[S5] a header of any proxy switches open mode off', () => {
  const withHeader = (name: string) =>
    isLoopbackRequest(new Request('http://localhost/', { headers: { [name]: '1.2.3.4' } }), '::1');
  expect(withHeader('accept-language')).toBe(true);
  for (
    const name of [
      'Forwarded',
      'Via',
      'X-Forwarded-For',
      'X-Real-IP',
      'X-Cluster-Client-Ip',
      'Fly-Client-Ip',
      'Fastly-Client-IP',
      'X-Appengine-User-Ip',
      'X-Original-Forwarded-For',
      'X-New-Proxy-Forwarded-For',
      'X-Envoy-External-Address',
      'Acme-Client-IP',
    ]
  ) expect(withHeader(name), name).toBe(false);
});

it('[P13] rejects unknown fields of a request, and names them', async () => {
  const app = openApp();
  const send = async (method: string, path: string, fields: unknown) => {
    const body = JSON.stringify(fields);
    const response = await app.request(`http://localhost${path}`, { method, body });
    return {
      status: response.status,
      detail: (await response.json() as { detail: string }).detail,
    };
  };
  expect(await send('POST', '/docs', { name: 'mine', content: 'a', lines: [] })).toEqual({
    status: 400,
    detail: expect.stringContaining(
      'Unknown fields "content", "lines". This request accepts "name"',
    ),
  });
  // Nothing was created under that name.
  expect((await send('POST', '/docs', { name: 'mine' })).status).toBe(201);
  for (
    const [method, path] of [
      ['POST', '/docs/mine/keys'],
      ['POST', '/docs/mine/revocations'],
      ['PUT', '/docs/mine/frames'],
    ] as const
  ) {
    const { status, detail } = await send(method, path, { rôle: 'view' });
    expect({ status, detail }, path)
      .toEqual({ status: 400, detail: expect.stringContaining('Unknown field "rôle".') });
  }
  const many = Object.fromEntries(Array.from({ length: 400 }, (_, i) => ['x'.repeat(20) + i, i]));
  expect((await send('POST', '/docs', many)).detail.length).toBeLessThan(400);
});

it('[P13] creates a document with content, and names what it changes', async () => {
  const app = openApp();
  const create = async (fields: unknown) => {
    const body = JSON.stringify(fields);
    const response = await app.request('http://localhost/docs', { method: 'POST', body });
    return { status: response.status, ...await response.json() as Record<string, unknown> };
  };
  const read = async (path: string) =>
    await (await app.request(`http://localhost/docs/${path}`)).text();

  const markdown = '---\ntitle: Plan\n---\n\nText **bold**\n\n- a\n- b\n\n![](c.png)\n';
  expect(await create({ name: 'one', markdown })).toMatchObject({
    status: 201,
    name: 'one',
    version: 1,
    changes: ['A picture was left out: c.png'],
  });
  expect(await read('one.md')).toContain('# Plan\n\n```yaml\ntitle: Plan\n```\n\nText **bold**');
  // A repeated request neither adds nor replaces content.
  expect(await create({ name: 'one', markdown: 'other' })).toMatchObject({ status: 409 });
  expect(await read('one.txt')).not.toContain('other');

  expect(await create({ name: 'two', title: 'Notes', text: 'a\r\n# b\u2028c' })).toMatchObject({
    status: 201,
    version: 1,
    changes: [],
  });
  expect(await read('two.txt')).toBe('Notes\na\n# b\nc');
  expect(await create({ name: 'three' })).toMatchObject({ status: 201, version: 0, changes: [] });
  expect(await create({ name: 'four', text: '' })).toMatchObject({ status: 201, version: 1 });

  for (
    const [fields, detail] of [
      [{ text: 'a', markdown: 'b' }, '"text" or "markdown"'],
      [{ text: 5 }, '"text" must be a text'],
      [{ markdown: 'a\0' }, '"markdown" must be a text'],
      [{ title: 'a\nb' }, '"title" must be one line'],
      [{ title: 'x'.repeat(201) }, '"title" must be one line'],
      [{ text: '\n'.repeat(150_000) }, '"text" is too long'],
    ] as const
  ) {
    const answer = await create({ name: 'five', ...fields });
    expect(answer).toMatchObject({ status: 400, detail: expect.stringContaining(detail) });
  }
  const tooManyLines = await create({ name: 'five', text: '-\n'.repeat(99_000) });
  expect(tooManyLines).toMatchObject({ status: 409, code: 'limit-reached' });
  expect(await create({ name: 'five', text: 'x'.repeat(1_100_000) })).toMatchObject({
    status: 413,
  });
  // None of them created the document.
  expect(await create({ name: 'five' })).toMatchObject({ status: 201 });
});

it('[P8] /healthz tells that the service has no room or cannot store', async () => {
  for (const health of ['overloaded', 'read-only'] as const) {
    const answer = await openApp(health).request('http://localhost/healthz');
    expect([answer.status, await answer.json()]).toEqual([503, { status: health }]);
    expect(answer.headers.get('retry-after')).toBe('5');
  }
});

describe('while a deployment resets the objects', () => {
  /** An app whose documents fail so many times from `start` on. */
  function failingApp(properties: object) {
    let left = 0;
    const app = openApp('ok', () => {
      if (left-- > 0) throw Object.assign(new Error('Durable Object reset'), properties);
    });
    return { app, failNext: (calls: number) => left = calls };
  }

  const requests: readonly (readonly [string, RequestInit])[] = [
    ['/docs/one.md', {}],
    ['/docs/one/changes', {}],
    ['/docs/one.yjs', {}],
    ['/v/one', { headers: { accept: 'text/html' } }],
    ['/docs/one', { headers: { upgrade: 'websocket' } }],
    ['/docs', { method: 'POST' }],
    ['/docs', { method: 'POST', body: '{"name":"two"}' }],
  ];

  it('[R22] a request is answered as ever after one reset', async () => {
    for (const [path, init] of requests) {
      const { app, failNext } = failingApp({ retryable: true });
      await app.request('http://localhost/docs', { method: 'POST', body: '{"name":"one"}' });
      failNext(1);
      const { status } = await app.request(`http://localhost${path}`, init);
      expect([path, status < 300]).toEqual([path, true]);
    }
  });

  it('[R22] a request gets 503 with Retry-After when it fails again, and without a second call when overloaded', async () => {
    for (const properties of [{ retryable: true }, { overloaded: true, retryable: true }]) {
      for (const [path, init] of requests) {
        const { app, failNext } = failingApp(properties);
        failNext('overloaded' in properties ? 1 : 2);
        const { status, headers } = await app.request(`http://localhost${path}`, init);
        expect([path, status, headers.get('retry-after')]).toEqual([path, 503, '2']);
      }
    }
  });

  it('[P1] an operation that must not run twice is called once', async () => {
    const { app, failNext } = failingApp({ retryable: true });
    await app.request('http://localhost/docs', { method: 'POST', body: '{"name":"one"}' });
    failNext(1);
    const { status } = await app.request('http://localhost/docs/one', { method: 'DELETE' });
    expect(status).toBe(503);
    expect((await app.request('http://localhost/docs/one.md')).status).toBe(200);
  });
});

it('[P10] names the cause for an address with a slash, an ending and a type that are wrong', async () => {
  const app = openApp();
  const answer = async (path: string, init: RequestInit = {}) => {
    const response = await app.request(`http://localhost${path}`, init);
    return { status: response.status, ...await response.json() as { detail: string } };
  };
  for (const path of ['/docs/notes/', '/d/notes/', '/docs/notes.md/', '/nothing/']) {
    expect(await answer(path), path)
      .toMatchObject({ status: 404, detail: expect.stringContaining('ends with a slash') });
  }
  expect(await answer('/docs/notes.MD'))
    .toMatchObject({ status: 404, detail: 'The ending is in lower case: .md.' });
  expect(await answer('/docs/notes.pdf'))
    .toMatchObject({ status: 404, detail: expect.stringContaining('.html, .md, .txt') });
  const headers = { 'content-type': 'text/plain', 'edgepad-session': 'x'.repeat(20) };
  for (const path of ['/docs/notes/sync', '/docs/notes/import']) {
    expect(await answer(path, { method: 'POST', body: 'x', headers }), path)
      .toMatchObject({ status: 415, code: 'media-type' });
  }
});
