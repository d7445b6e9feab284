import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { EdgepadProvider } from '../../web/package/edgepad-provider.ts';
import { ClosedService } from '../support/servers/closed-service.ts';
import { docsUrl, until } from '../support/y-client.ts';

let service: ClosedService;
beforeAll(async () => service = await ClosedService.start(inject('host')), 120_000);
afterAll(() => service?.stop());

function connect(name: string, key: string): EdgepadProvider {
  return new EdgepadProvider({
    url: docsUrl(service.url),
    name,
    doc: new Y.Doc(),
    getToken: () => key,
    WebSocket,
  });
}

describe('the provider of the package', () => {
  it('[P7] reports the connection as other providers do, and when all is saved', async () => {
    const { name, keys } = await service.make();
    const ann = connect(name, keys.edit);
    const seen: string[] = [];
    const onStatus = ({ status }: { status: string }) => seen.push(status);
    let synced = 0;
    ann.on('status', onStatus);
    ann.on('sync', () => synced++);
    ann.doc.getText('t').insert(0, 'one');
    await ann.whenSaved();
    expect([seen, synced]).toEqual([['connected'], 1]);

    ann.disconnect();
    expect(seen).toEqual(['connected', 'disconnected']);
    ann.doc.getText('t').insert(3, ' two');
    const bob = connect(name, keys.edit);
    await until(() => bob.synced);
    expect(bob.doc.getText('t').toString()).toBe('one');
    ann.connect();
    await ann.whenSaved();
    await until(() => bob.doc.getText('t').toString() === 'one two');
    expect(seen.at(-1)).toBe('connected');

    ann.off('status', onStatus);
    const { length } = seen;
    ann.disconnect();
    ann.connect();
    await ann.whenSaved();
    expect(seen).toHaveLength(length);
    ann.destroy();
    bob.destroy();
    ann.connect();
    expect(ann.status.state).not.toBe('connecting');
  });

  it('[P7] says why nothing can be saved', async () => {
    const { name, keys } = await service.make();
    const reader = connect(name, keys.view);
    reader.doc.getText('t').insert(0, 'mine');
    await expect(reader.whenSaved()).rejects.toThrow(/Cannot save: .*read/);
    reader.destroy();
  });
});
