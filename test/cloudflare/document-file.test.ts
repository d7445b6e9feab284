import { env, exports } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { TestClient } from './client.ts';

const address = (name: string, action: string) => `http://localhost/docs/${name}/${action}`;

it('[M1] exports and imports a document of several megabytes as a stream over RPC', async () => {
  const client = await TestClient.connect('exported');
  for (let i = 0; i < 5; i++) client.text.insert(0, 'é'.repeat(500_000));
  await client.until(() => client.unanswered === 0);
  const exported = await exports.default.fetch(address('exported', 'export'));
  expect(exported.status).toBe(200);
  const file = await exported.arrayBuffer();
  expect(file.byteLength).toBeGreaterThan(5_000_000);
  const imported = await exports.default.fetch(address('imported', 'import'), {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: file,
  });
  expect(imported.status).toBe(201);
  const copy = await TestClient.connect('imported');
  await copy.until(() => copy.text.length === 2_500_000);
});

it('[S1] a Durable Object checks access itself', async () => {
  await TestClient.connect('guarded').then(async (client) => {
    client.text.insert(0, 'text');
    await client.until(() => client.unanswered === 0);
  });
  const stub = env.DOCUMENTS.getByName('guarded');
  for (const principal of [null, { kind: 'key', hash: 'unknown' } as const]) {
    expect(await stub.call(principal, { type: 'read', format: 'txt', knownTags: [] }, null))
      .toMatchObject({ status: 'denied' });
  }
  expect(await stub.call(null, { type: 'frame-ancestors' }, null)).toEqual([]);
});
