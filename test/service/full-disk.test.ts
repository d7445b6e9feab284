import { describe, expect, inject, it } from 'vitest';
import * as Y from 'yjs';
import { startDenoServer } from '../support/servers/deno-server.ts';
import { mountSmallDisk } from '../support/servers/small-disk.ts';
import { freshName, ourProvider, stockProvider, until } from '../support/y-client.ts';

// Only Deno has a disk of its own, and only root may mount one.
const mountDisk = () => inject('host') === 'deno' ? mountSmallDisk(4) : null;
const canMount = mountDisk();
canMount?.dispose();

describe.runIf(canMount)('P7 a full disk', () => {
  it('[P7] stops writing and says so, reading and presence go on, and it resumes by itself', async () => {
    const disk = mountDisk();
    if (!disk) throw new Error('Cannot mount a disk');
    const server = await startDenoServer({ parent: disk.path });
    const name = freshName();
    const read = async () => await (await fetch(`${server.url}/docs/${name}.txt`)).text();
    const health = async () => (await fetch(`${server.url}/healthz`)).status;
    const [ann, bob] = [ourProvider(server.url, name), ourProvider(server.url, name)];
    const stock = stockProvider(server.url, name);
    try {
      const [mine, theirs] = [ann.doc.getText('codemirror'), bob.doc.getText('codemirror')];
      mine.insert(0, 'Before. ');
      await until(() => theirs.toString() === 'Before. ' && stock.synced);
      await until(() => ann.status.state === 'saved');
      expect(await health()).toBe(200);

      disk.fill();
      mine.insert(mine.length, 'Meanwhile. ');
      await until(() => ann.status.state === 'saving' && ann.status.isStorageFailing === true);
      expect(await health()).toBe(503);
      expect(await read()).toBe('Before. ');
      expect(theirs.toString()).toBe('Before. ');
      ann.awareness.setLocalStateField('user', { name: 'Ann' });
      await until(() => bob.awareness.getStates().get(ann.doc.clientID)?.user?.name === 'Ann');
      const creation = await fetch(`${server.url}/docs`, { method: 'POST', body: '{}' });
      expect(creation.status).toBe(503);
      expect(creation.headers.get('retry-after')).toBe('60');
      expect(await creation.json()).toMatchObject({ code: 'not-stored' });
      const closed = new Promise((resolve) => stock.once('connection-close', resolve));
      stock.doc.getText('codemirror').insert(0, 'Stock. ');
      expect(await closed).toMatchObject({ code: 1013 });
      // A process that starts on the full disk serves readers.
      await server.kill();
      await server.restart();
      expect(await read()).toBe('Before. ');
      await until(() => ann.status.state === 'saving' && ann.status.isStorageFailing === true);

      disk.release();
      await until(() => ann.status.state === 'saved' && bob.status.state === 'saved');
      await until(async () => await health() === 200);
      await until(async () => (await read()).includes('Stock. '));
      expect(await read()).toContain('Before. Meanwhile. ');
      await until(() => theirs.toString().includes('Stock. '));
      const { log } = await server.terminate();
      const events = log.trim().split('\n').map((line) => JSON.parse(line).event);
      expect(events.filter((event) => event === 'cannot write')).toHaveLength(1);
      expect(events.filter((event) => event === 'can write again')).toHaveLength(1);
      expect(events).not.toContain('unexpected error');
    } finally {
      for (const provider of [ann, bob, stock]) provider.destroy();
      await server.stop();
      disk.dispose();
    }
  });

  it('[P7] refuses a large update while small ones fit, and keeps the process and the others', async () => {
    const disk = mountDisk();
    if (!disk) throw new Error('Cannot mount a disk');
    const server = await startDenoServer({ parent: disk.path });
    const [name, other] = [freshName(), freshName()];
    const [ann, bob] = [ourProvider(server.url, name), ourProvider(server.url, other)];
    try {
      await until(() => ann.status.state === 'saved' && bob.status.state === 'saved');
      ann.doc.getText('codemirror').insert(0, 'x'.repeat(6_000_000));
      await until(() => ann.status.state === 'saving' && ann.status.isStorageFailing === true);
      bob.doc.getText('codemirror').insert(0, 'Small.');
      await until(() => bob.status.state === 'saved');
      const text = await (await fetch(`${server.url}/docs/${other}.txt`)).text();
      expect(text).toBe('Small.');
      Y.transact(ann.doc, () => ann.doc.getText('codemirror').delete(0, 5_900_000));
      await until(() => ann.status.state === 'saved');
    } finally {
      for (const provider of [ann, bob]) provider.destroy();
      await server.stop();
      disk.dispose();
    }
  });
});
