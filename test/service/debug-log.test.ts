import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { WebsocketProvider } from 'y-websocket';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { ClosedService, endOf } from '../support/servers/closed-service.ts';

let service: ClosedService;
beforeAll(async () => {
  service = await ClosedService.start(inject('host'), { EDGEPAD_LOG: 'debug' });
}, 120_000);
afterAll(() => service?.stop());

type Line = Readonly<Record<string, unknown>>;

function linesOf(document: string): Line[] {
  return service.server.log().split('\n').filter((line) => line.startsWith('{"time"'))
    .map((line): Line => JSON.parse(line)).filter((line) => line.document === document);
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 50));
}

it('[P8] the debug log tells the story of a connection, without its key and content', async () => {
  const { name, keys } = await service.make();
  const doc = new Y.Doc();
  const provider = new WebsocketProvider(`${service.url.replace('http', 'ws')}/docs`, name, doc, {
    params: { key: keys.edit },
    WebSocketPolyfill: WebSocket as never,
    disableBc: true,
  });
  provider.awareness.setLocalState({ user: { name: 'Ann Example' } });
  doc.getText('t').insert(0, 'confidential');
  const has = (event: string) => linesOf(name).some((line) => line.event === event);
  await until(() => has('synced'));
  provider.destroy();
  await until(() => has('connection closed'));
  const lines = linesOf(name);
  expect(lines.map(({ event }) => event))
    .toEqual(['connection opened', 'sync requested', 'synced', 'connection closed']);
  expect(new Set(lines.map(({ connection }) => connection)).size).toBe(1);
  expect(lines[0]).toMatchObject({
    level: 'debug',
    origin: null,
    role: 'edit',
    credential: 'key',
    transport: 'websocket',
    protocol: 'y-protocols',
  });
  expect(lines[3]).toMatchObject({ by: 'client', seconds: expect.any(Number) });
  expect(lines[3]!.receivedFrames).toBeGreaterThan(2);
  const log = service.server.log();
  for (const secret of [keys.edit, keys.own, 'confidential', 'Ann Example']) {
    expect(log).not.toContain(secret);
  }
});

it('[P8 S5] the debug log says why a connection is refused, and from which origin', async () => {
  const { name, keys } = await service.make();
  await endOf(service.socket(name, keys.view));
  await endOf(service.socket(name, keys.edit, { origin: 'https://unlisted.example' }));
  await endOf(service.socket('a.b', null));
  await until(() => linesOf(name).length >= 2 && linesOf('a.b').length > 0);
  expect(linesOf(name)).toMatchObject([
    { event: 'connection refused', code: 4403, origin: null },
    { event: 'connection refused', code: 4403, origin: 'https://unlisted.example' },
  ]);
  expect(linesOf('a.b')).toMatchObject([{ event: 'connection refused', code: 4404 }]);
});

it('[P8] the debug log says what was invalid in a connection that the service closes', async () => {
  const { name, keys } = await service.make();
  const socket = service.socket(name, keys.edit);
  socket.on('open', () => socket.send(new Uint8Array([99])));
  await endOf(socket);
  await until(() => linesOf(name).length >= 2);
  expect(linesOf(name)[1]).toMatchObject({
    event: 'connection closed',
    by: 'service',
    code: 1003,
    reason: expect.stringContaining('99'),
  });
});
