import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { WebSocket } from 'ws';
import * as Y from 'yjs';
import { decodeMessages, encodeMessage } from '../../protocol/messages.ts';
import { ClosedService, type MadeDocument } from '../support/servers/closed-service.ts';

let service: ClosedService;
beforeAll(async () => {
  service = await ClosedService.start(inject('host'));
});
afterAll(() => service.stop());

interface ListedVersion {
  readonly version: number;
  readonly at: string;
  readonly reason: string;
  readonly name: string | null;
}

interface VersionList {
  readonly version: number;
  readonly versions: readonly ListedVersion[];
  readonly bytes: number;
  readonly maxBytes: number;
}

/** Someone who writes one line after the other, and waits until each is stored. */
class Writer {
  readonly doc = new Y.Doc();
  readonly #socket: WebSocket;
  #stored: () => void = () => {};

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer, isBinary) => {
      for (const { type } of isBinary ? decodeMessages(new Uint8Array(data)) : []) {
        if (type === 'saved') this.#stored();
      }
    });
    this.doc.on('update', (update) => socket.send(encodeMessage({ type: 'update', update })));
  }

  static async join({ name, keys }: MadeDocument): Promise<Writer> {
    const socket = service.socket(name, keys.edit);
    await new Promise((resolve) => socket.once('open', resolve));
    return new Writer(socket);
  }

  change(work: (lines: Y.XmlFragment) => void): Promise<void> {
    return new Promise((resolve) => {
      this.#stored = resolve;
      this.doc.transact(() => work(this.doc.getXmlFragment('lines')));
    });
  }

  write(text: string): Promise<void> {
    return this.change((lines) => {
      const line = new Y.XmlElement('paragraph');
      line.insert(0, [new Y.XmlText(text)]);
      lines.push([line]);
    });
  }

  leave(): void {
    this.#socket.close();
  }
}

async function list({ name, keys }: MadeDocument): Promise<VersionList> {
  const response = await service.fetch(`/docs/${name}/versions`, keys.edit);
  expect(response.headers.get('cache-control')).toBe('private, no-store');
  return await response.json() as VersionList;
}

async function read({ name, keys }: MadeDocument, file: string): Promise<string> {
  const response = await service.fetch(`/docs/${name}/versions/${file}`, keys.edit);
  expect(response.headers.get('cache-control')).toBe('private, no-store');
  return response.ok ? await response.text() : String(response.status);
}

describe('versions', () => {
  it('[P12] [P10] are named, read, renamed and deleted', async () => {
    const made = await service.make();
    const { name, keys } = made;
    const writer = await Writer.join(made);
    await writer.write('first line');
    const at = `/docs/${name}/versions`;
    const named = await service.fetch(at, keys.edit, { method: 'POST', body: '{"name":"Draft"}' });
    expect(named.status).toBe(201);
    expect(named.headers.get('location')).toBe(`${at}/1`);
    expect(await named.json()).toMatchObject({ version: 1, reason: 'name', name: 'Draft' });
    await writer.write('second line');

    const { version, versions, bytes, maxBytes } = await list(made);
    expect([version, bytes, maxBytes]).toEqual([2, 0, 4 * 1024 * 1024]);
    expect(versions).toMatchObject([{ version: 1, name: 'Draft' }]);
    expect(Math.abs(Date.parse(versions[0]?.at ?? '') - Date.now())).toBeLessThan(600_000);

    expect(await read(made, '1.txt')).toBe('first line');
    expect(await read(made, '1.md')).toBe('first line\n');
    expect(await read(made, '1.html')).toContain('<p dir="auto">first line</p>');
    expect(JSON.parse(await read(made, '1.json'))).toMatchObject({ type: 'doc' });
    // Any moment since the last compaction.
    expect(await read(made, '2.txt')).toBe('first line\nsecond line');
    expect(await read(made, '3.txt')).toBe('404');
    expect(await read(made, '1.pdf')).toBe('404');
    const state = await service.fetch(`${at}/1.yjs`, keys.edit);
    const doc = new Y.Doc();
    Y.applyUpdate(doc, new Uint8Array(await state.arrayBuffer()));
    expect(doc.getXmlFragment('lines').toString()).toBe('<paragraph>first line</paragraph>');

    await service.json(`${at}/1`, keys.edit, 'PATCH', { name: 'Final' });
    expect((await list(made)).versions).toMatchObject([{ version: 1, name: 'Final' }]);
    await service.json(`${at}/1`, keys.own, 'DELETE', {});
    expect((await list(made)).versions).toEqual([]);
    expect(await read(made, '1.txt')).toBe('404');
    writer.leave();
  });

  it('[P12] [P10] are kept before most of the text is deleted, also after compaction', async () => {
    const made = await service.make();
    const writer = await Writer.join(made);
    await writer.write('a text that someone deletes');
    await writer.change((lines) => lines.delete(0, 1));
    expect((await list(made)).versions).toMatchObject([{ version: 1, reason: 'deletion' }]);
    // More than the service keeps in its log.
    const long = 'long '.repeat(30_000);
    for (let count = 0; count < 3; count++) await writer.write(long);
    await expect.poll(async () => (await list(made)).bytes, { timeout: 30_000 }).toBeGreaterThan(0);
    expect(await read(made, '1.txt')).toBe('a text that someone deletes');
    expect((await list(made)).versions).toMatchObject([{ version: 1, reason: 'deletion' }]);
    writer.leave();
  });

  it('[P12] [S1] [P6] are not for readers, and invalid names are rejected', async () => {
    const made = await service.make();
    const { name, keys } = made;
    const writer = await Writer.join(made);
    await writer.write('a SECRET line');
    await writer.change((lines) => lines.delete(0, 1));
    writer.leave();
    for (const file of ['', '/1.txt', '/1.html', '/1.yjs', '/01.txt', '/1.txt?wait=1']) {
      const answer = await service.fetch(`/docs/${name}/versions${file}`, keys.view);
      expect([403, 404], file).toContain(answer.status);
      expect(await answer.text()).not.toContain('SECRET');
    }
    for (const body of ['{}', '{"name":""}', '{"name":"a\\nb"}', '{"name":1}', '{"title":"x"}']) {
      const options = { method: 'POST', body };
      const answer = await service.fetch(`/docs/${name}/versions`, keys.edit, options);
      expect(answer.status, body).toBe(400);
    }
    const missing = await service.fetch('/docs/nothing-here/versions', keys.own);
    expect(missing.status).toBe(404);
  });
});
