import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { limits } from '../../protocol/limits.ts';
import { TestClient } from './client.ts';

describe('a document in workerd', () => {
  it("clients receive each other's updates", async () => {
    const ann = await TestClient.connect('two');
    const bob = await TestClient.connect('two', { speaksEdgepad: false });
    ann.text.insert(0, 'Hello');
    await bob.until(() => bob.text.toString() === 'Hello');
    bob.text.insert(5, ', Ann');
    await ann.until(() => ann.text.toString() === 'Hello, Ann');
    await ann.until(() => ann.unanswered === 0);
  });

  it('[P1] keeps acknowledged updates when every object is aborted', async () => {
    const ann = await TestClient.connect('abort');
    ann.text.insert(0, 'kept');
    await ann.until(() => ann.unanswered === 0);
    await abortAllDurableObjects();
    const bob = await TestClient.connect('abort');
    await bob.until(() => bob.text.toString() === 'kept');
  });

  it('[P3] compacts a long log by an alarm, without a difference for clients', async () => {
    const name = 'compacted';
    const ann = await TestClient.connect(name);
    const bob = await TestClient.connect(name);
    for (let i = 0; i < limits.tailRows + 10; i++) {
      ann.text.insert(ann.text.length, `${i} `);
      await ann.until(() => ann.unanswered === 0);
    }
    const text = ann.text.toString();
    const stub = env.DOCUMENTS.getByName(name);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    const rows = await runInDurableObject(
      stub,
      (_, { storage }) => storage.sql.exec('SELECT COUNT(*) AS n FROM updates').one().n,
    );
    expect(rows).toBe(0);
    await bob.until(() => bob.text.toString() === text);
    const cid = await TestClient.connect(name, { speaksEdgepad: false });
    await cid.until(() => cid.text.toString() === text);
    ann.text.insert(0, 'more ');
    await cid.until(() => cid.text.toString() === `more ${text}`);
  });

  it('[S3] a deleted document leaves its tombstone and less than 64 KiB', async () => {
    const name = 'deleted';
    const ann = await TestClient.connect(name);
    for (let i = 0; i < 4; i++) ann.text.insert(0, 'é'.repeat(500_000));
    await ann.until(() => ann.unanswered === 0);
    const stub = env.DOCUMENTS.getByName(name);
    for (let i = 0; i < 3; i++) {
      await exports.default.fetch(`http://localhost/docs/${name}`, { method: 'DELETE' });
      const left = await runInDurableObject(stub, (_, { storage }) => ({
        bytes: storage.sql.databaseSize,
        epochs: storage.sql.exec('SELECT epoch FROM deleted').toArray().length,
        documents: storage.sql.exec('SELECT epoch FROM document').toArray().length,
      }));
      expect(left).toMatchObject({ epochs: i + 1, documents: 0 });
      expect(left.bytes).toBeLessThan(64 * 1024);
      const bob = await TestClient.connect(name);
      bob.text.insert(0, 'again');
      await bob.until(() => bob.unanswered === 0);
    }
  });

  it('stores a snapshot of several megabytes in parts below the row limit', async () => {
    const name = 'large';
    const ann = await TestClient.connect(name);
    for (let i = 0; i < 5; i++) ann.text.insert(0, 'é'.repeat(500_000));
    await ann.until(() => ann.unanswered === 0);
    const stub = env.DOCUMENTS.getByName(name);
    await runDurableObjectAlarm(stub);
    const longest = await runInDurableObject(
      stub,
      (_, { storage }) =>
        storage.sql.exec('SELECT MAX(LENGTH(data)) AS n FROM snapshot').one().n as number,
    );
    expect(longest).toBe(limits.rowBytes);
    await abortAllDurableObjects();
    const bob = await TestClient.connect(name);
    await bob.until(() => bob.text.length === 2_500_000);
  });
});

describe('P8 invalid input affects only its sender', () => {
  const cases: [string, Uint8Array | string, number][] = [
    ['a malformed frame', new Uint8Array([0, 2, 9, 1]), 1007],
    ['an unknown type', new Uint8Array([42]), 1003],
    ['a text frame', 'hello', 1003],
    ['a frame over 8 MiB', new Uint8Array(8 * 1024 * 1024 + 1), 1009],
  ];
  for (const [what, frame, code] of cases) {
    it(`[P8] ${what} closes its sender with ${code} and a reason`, async () => {
      const name = `bad-${code}-${typeof frame}`;
      const ann = await TestClient.connect(name);
      const mallory = await TestClient.connect(name);
      ann.text.insert(0, 'fine');
      await ann.until(() => ann.unanswered === 0);
      const { frames } = ann;
      mallory.sendRaw(frame);
      const closed = await mallory.closed;
      expect(closed.code).toBe(code);
      expect(closed.reason).not.toBe('');
      expect(ann.frames).toBe(frames);
      ann.text.insert(4, ' still');
      await ann.until(() => ann.unanswered === 0);
    });
  }

  it("answers a client's close at once with the same code", async () => {
    const ann = await TestClient.connect('closing');
    ann.close(4001);
    expect((await ann.closed).code).toBe(4001);
  });
});

describe('open mode', () => {
  const upgrade = { upgrade: 'websocket' };
  const cases: [string, string, Record<string, string>, number][] = [
    ['this machine', 'http://localhost/docs/x', upgrade, 101],
    ['its own page', 'http://localhost/docs/x', { ...upgrade, origin: 'http://localhost' }, 101],
    ['another name for this machine', 'http://evil.test/docs/x', upgrade, 401],
    ['a proxy', 'http://localhost/docs/x', { ...upgrade, 'x-forwarded-for': '1.2.3.4' }, 401],
    ['a foreign Host', 'http://localhost/docs/x', { ...upgrade, host: 'evil.test' }, 401],
  ];
  for (const [client, url, headers, status] of cases) {
    it(`[S1] answers ${client} with ${status}`, async () => {
      const response = await exports.default.fetch(url, { headers });
      expect(response.status).toBe(status);
      response.webSocket?.accept();
      response.webSocket?.close();
    });
  }

  for (const origin of ['https://evil.test', 'null']) {
    it(`[S5] closes the WebSocket of a page of ${origin} with 4403`, async () => {
      const headers = { ...upgrade, origin };
      const { webSocket } = await exports.default.fetch('http://localhost/docs/x', { headers });
      const closed = new Promise<CloseEvent>((resolve) =>
        webSocket?.addEventListener('close', resolve)
      );
      webSocket?.accept();
      expect((await closed).code).toBe(4403);
    });
  }
});
