import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import WebSocket from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { EdgepadProvider } from '../../web/provider/provider.ts';
import { ClosedService, endOf } from '../support/servers/closed-service.ts';
import { until } from '../support/y-client.ts';

let closed: ClosedService;
beforeAll(async () => void (closed = await ClosedService.start(inject('host'))), 120_000);
afterAll(() => closed?.stop());

const WebSocketClass = WebSocket as unknown as typeof globalThis.WebSocket;

interface Link {
  readonly id: string;
  readonly key: string;
  readonly link: string;
  readonly history: boolean;
}

/** A document, the key of its readers, and a writer. */
async function open() {
  const { name, keys } = await closed.make();
  const path = `/docs/${name}/keys`;
  const link = await closed.json(path, keys.own, 'POST', { role: 'view', history: true }) as Link;
  const docs = `${closed.url.replace('http', 'ws')}/docs`;
  const writer = new EdgepadProvider({
    url: docs,
    name,
    doc: new Y.Doc(),
    getToken: () => keys.edit,
    WebSocket: WebSocketClass,
  });
  return { name, keys, path, link, docs, writer };
}

test('[P6] [P9] a stock client reads live with such a key, and its writes are ignored', async () => {
  const { name, keys, path, link, docs, writer } = await open();
  expect(link).toMatchObject({ history: true, link: `${closed.url}/d/${name}#k=${link.key}` });
  const reader = new WebsocketProvider(docs, name, new Y.Doc(), {
    WebSocketPolyfill: WebSocketClass,
    disableBc: true,
    protocols: ['edgepad.yjs', `edgepad.auth.${link.key}`],
  });
  let closes = 0;
  reader.on('connection-close', () => closes++);
  await until(() => reader.synced);
  writer.doc.getText('t').insert(0, 'tide');
  writer.awareness.setLocalStateField('user', { name: 'Ann' });
  reader.awareness.setLocalStateField('user', { name: 'Bob' });
  await until(() => reader.doc.getText('t').toString() === 'tide');
  const sees = (from: typeof reader | typeof writer, of: typeof reader | typeof writer) =>
    from.awareness.getStates().get(of.awareness.clientID)?.user?.name;
  await until(() => sees(reader, writer) === 'Ann' && sees(writer, reader) === 'Bob');

  // Its own text does not arrive, also when it connects again, and does not end the connection.
  reader.doc.getText('t').insert(0, 'never ');
  reader.disconnect();
  reader.connect();
  await until(() => reader.wsconnected && reader.synced);
  writer.doc.getText('t').insert(4, ' table');
  await until(() => reader.doc.getText('t').toString() === 'never tide table');
  const roots = await closed.fetch(`/docs/${name}.json?roots=all`, link.key);
  const stored = JSON.stringify(await roots.json());
  expect(stored).toContain('table');
  expect(stored).not.toContain('never');
  expect(closes).toBeLessThanOrEqual(1);

  // An end of the setting ends the connection. Y-websocket connects no more after 4403.
  await closed.json(`${path}/${link.id}`, keys.own, 'PATCH', { history: false });
  await until(() => !reader.wsconnected);
  expect(await endOf(closed.socket(name, link.key))).toMatchObject({ code: 4403 });
  reader.destroy();
  writer.destroy();
});

test('[P6] [P7] our provider is read-only with such a key, also without a WebSocket', async () => {
  const { name, link, docs, writer } = await open();
  class Blocked {
    constructor() {
      throw new Error('WebSockets are blocked');
    }
  }
  for (const Class of [WebSocketClass, Blocked as unknown as typeof globalThis.WebSocket]) {
    const reader = new EdgepadProvider({
      url: docs,
      name,
      doc: new Y.Doc(),
      getToken: () => link.key,
      WebSocket: Class,
    });
    await until(() => reader.synced);
    expect(reader.status).toMatchObject({ state: 'read-only' });
    writer.doc.getText('t').insert(0, 'a');
    await until(() => reader.doc.getText('t').toString() === writer.doc.getText('t').toString());
    reader.doc.getText('t').insert(0, 'never');
    expect(reader.status).toMatchObject({ state: 'read-only' });
    reader.destroy();
  }
  writer.destroy();
});

test('[P6] [S5] a key has no history unless an owner sets it, and only one to view can', async () => {
  const { name, keys } = await closed.make();
  expect(await endOf(closed.socket(name, keys.view))).toMatchObject({ code: 4403 });
  for (const role of ['edit', 'own']) {
    const body = JSON.stringify({ role, history: true });
    const answer = await closed.fetch(`/docs/${name}/keys`, keys.own, { method: 'POST', body });
    expect(answer.status).toBe(400);
  }
  const { keys: list } = await (await closed.fetch(`/docs/${name}/keys`, keys.own)).json();
  expect(list.map(({ history }: Link) => history)).toEqual([false, false, false]);
  const edit = list.find(({ role }: { role: string }) => role === 'edit');
  const answer = await closed.fetch(`/docs/${name}/keys/${edit.id}`, keys.own, {
    method: 'PATCH',
    body: '{"history":true}',
  });
  expect(answer.status).toBe(403);
});

test('[S2] a revocation of a user has an end, is listed, and can be lifted', async () => {
  const { name, keys } = await closed.make();
  const path = `/docs/${name}/revocations`;
  const status = async (sub: string) =>
    (await closed.fetch(`/docs/${name}.yjs`, closed.token(name, 'edit', { sub }))).status;
  const list = async () => (await closed.fetch(path, keys.own)).json();
  const until = new Date(Date.now() + 86_400_000).toISOString();
  await closed.json(path, keys.own, 'POST', { sub: 'ann' });
  await closed.json(path, keys.own, 'POST', { sub: 'b ö/b', until });
  expect([await status('ann'), await status('b ö/b'), await status('eve')]).toEqual([
    403,
    403,
    200,
  ]);
  expect(await list()).toEqual({
    issuedBefore: null,
    revocations: [{ sub: 'ann', until: null }, { sub: 'b ö/b', until }],
  });
  const lift = async (query: string) =>
    (await closed.fetch(`${path}?${query}`, keys.own, { method: 'DELETE' })).status;
  expect(await lift(`sub=${encodeURIComponent('b ö/b')}`)).toBe(204);
  expect(await lift('sub=b')).toBe(404);
  expect(await lift('')).toBe(400);
  expect([await status('ann'), await status('b ö/b')]).toEqual([403, 200]);
  expect(await list()).toMatchObject({ revocations: [{ sub: 'ann' }] });
  for (const wrong of [{ jti: 'x', until }, { sub: 'x', until: '2020-01-01T00:00:00Z' }]) {
    const body = JSON.stringify(wrong);
    expect((await closed.fetch(path, keys.own, { method: 'POST', body })).status).toBe(400);
  }
});
