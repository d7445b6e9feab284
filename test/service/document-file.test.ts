import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { encodeMessage } from '../../protocol/messages.ts';
import { ClosedService, type MadeDocument } from '../support/servers/closed-service.ts';
import type { HostName } from '../support/servers/test-server.ts';
import { freshName, until } from '../support/y-client.ts';

const hosts: readonly HostName[] = ['deno', 'cloudflare'];
const mediaType = { 'content-type': 'application/octet-stream' };
const services = new Map<HostName, ClosedService>();

/** The service on this host. Both hosts run, because a document moves between them. */
function on(host: HostName): ClosedService {
  const service = services.get(host);
  if (!service) throw new Error(`Nothing runs on ${host}`);
  return service;
}

beforeAll(async () => {
  await Promise.all(
    hosts.map(async (host) => services.set(host, await ClosedService.start(host))),
  );
});
afterAll(() => Promise.all([...services.values()].map((service) => service.stop())));

/** Creates a document with this many lines. */
async function written(service: ClosedService, lines: number): Promise<MadeDocument> {
  const made = await service.make();
  const socket = service.socket(made.name, made.keys.edit);
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
  const doc = new Y.Doc();
  doc.on('update', (update: Uint8Array) => socket.send(encodeMessage({ type: 'update', update })));
  for (let i = 0; i < lines; i++) {
    const line = new Y.XmlElement('paragraph');
    line.insert(0, [new Y.XmlText(`line ${i} ${'é🌍'.repeat(100)}`)]);
    doc.getXmlFragment('lines').insert(0, [line]);
  }
  await until(async () =>
    (await textOf(service, made.name, made.keys.view)).includes(`line ${lines - 1} `) &&
    (await textOf(service, made.name, made.keys.view)).includes('line 0 ')
  );
  socket.close();
  return made;
}

async function textOf(service: ClosedService, name: string, key: string): Promise<string> {
  const newest = { 'cache-control': 'no-cache' };
  return await (await service.fetch(`/docs/${name}.md`, key, { headers: newest })).text();
}

async function fileOf(service: ClosedService, name: string, key: string): Promise<Uint8Array> {
  const answer = await service.fetch(`/docs/${name}/export`, key);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="${name}.edgepad"`);
  expect(answer.headers.get('cache-control')).toBe('private, no-store');
  return new Uint8Array(await answer.arrayBuffer());
}

function sendFile(
  service: ClosedService,
  name: string,
  body: Uint8Array,
  credential: string | null,
) {
  return service.fetch(`/docs/${name}/import`, credential, {
    method: 'POST',
    headers: mediaType,
    body,
  });
}

const ways = hosts.flatMap((from) => hosts.map((to) => [from, to] as const));

describe('document file', () => {
  for (const [from, to] of ways) {
    it(`[M1] moves from ${from} to ${to} with text, version, links, embed origins and settings`, async () => {
      const { name, keys } = await written(on(from), 600);
      const labels = async (service: ClosedService, name: string) => {
        const answer = await service.fetch(`/docs/${name}/keys`, keys.own);
        const { keys: entries } = await answer.json() as { keys: Record<string, unknown>[] };
        return entries.map(({ id, role, label, created, expires }) =>
          JSON.stringify({ id, role, label, created, expires })
        ).sort();
      };
      const tagOf = async (service: ClosedService, name: string) =>
        (await service.fetch(`/docs/${name}.txt`, keys.view)).headers.get('etag') ?? '';
      await on(from).json(`/docs/${name}/keys`, keys.own, 'POST', { role: 'view', label: 'É 🌍' });
      const origins = ['http://localhost:3000', 'https://site.example'];
      await on(from).json(`/docs/${name}/frames`, keys.own, 'PUT', { origins });
      const there = freshName();
      const made = await sendFile(on(to), there, await fileOf(on(from), name, keys.own), null);
      expect(made.status).toBe(201);
      expect(await textOf(on(to), there, keys.view)).toBe(await textOf(on(from), name, keys.view));
      expect(await labels(on(to), there)).toEqual(await labels(on(from), name));
      const page = await on(to).fetch(`/embed/${there}`, null);
      expect(page.headers.get('content-security-policy')).toContain(origins.join(' '));
      const [before, after] = [await tagOf(on(from), name), await tagOf(on(to), there)];
      expect(after.split('.')[0]).toBe(before.split('.')[0]);
      expect(after).not.toBe(before);
      // The document accepts changes, and the links have the same roles.
      const socket = on(to).socket(there, keys.edit);
      await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
      const doc = new Y.Doc();
      doc.getXmlFragment('lines').insert(0, [new Y.XmlElement('horizontalRule')]);
      const update = Y.encodeStateAsUpdate(doc);
      socket.send(encodeMessage({ type: 'update', update }));
      await until(async () => await tagOf(on(to), there) !== after);
      socket.close();
      expect((await on(to).fetch(`/docs/${there}/keys`, keys.edit)).status).toBe(403);
    });
  }

  it.each(hosts)(
    '[M2] on %s never overwrites a document, and a damaged file creates none',
    async (host) => {
      const service = on(host);
      const { name, keys } = await written(service, 3);
      const file = await fileOf(service, name, keys.own);
      expect((await sendFile(service, name, file, null)).status).toBe(409);
      const there = freshName();
      const damaged = file.slice();
      damaged[file.length >> 1]! ^= 1;
      for (const bad of [damaged, file.subarray(0, file.length - 1), new Uint8Array(5)]) {
        const answer = await sendFile(service, there, bad, null);
        expect(answer.status).toBe(400);
        expect((await answer.json() as { detail: string }).detail).toMatch(
          /^Cannot import document: /,
        );
      }
      expect((await service.fetch(`/docs/${there}.md`, keys.view)).status).toBe(404);
      expect((await sendFile(service, there, file, null)).status).toBe(201);
    },
  );

  it.each(hosts)('[S1] on %s requires a token that may create this document', async (host) => {
    const service = on(host);
    const { name, keys } = await written(service, 3);
    const file = await fileOf(service, name, keys.own);
    const there = freshName();
    for (const role of ['view', 'edit']) {
      expect((await sendFile(service, there, file, service.token(there, role))).status).toBe(403);
    }
    expect((await sendFile(service, there, file, service.token(name, 'own'))).status).toBe(404);
    expect((await sendFile(service, there, file, service.token(there, 'own'))).status).toBe(201);
  });
});
