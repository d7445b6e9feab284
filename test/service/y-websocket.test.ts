import { afterEach, describe, expect, inject, it } from 'vitest';
import { docsUrl, freshName, ourProvider, stockProvider, until } from '../support/y-client.ts';

const service = inject('service');
const open: { destroy(): void }[] = [];
const kept = <T extends { destroy(): void }>(provider: T): T => {
  open.push(provider);
  return provider;
};
afterEach(() => {
  for (const provider of open.splice(0)) provider.destroy();
});

describe("P9, y-websocket's provider works unchanged", () => {
  it('[P9] two of them sync, and say so', async () => {
    const name = freshName();
    const ann = kept(stockProvider(service, name));
    const bob = kept(stockProvider(service, name));
    await until(() => ann.synced && bob.synced);
    ann.doc.getText('t').insert(0, 'Hello');
    await until(() => bob.doc.getText('t').toString() === 'Hello');
    bob.doc.getText('t').insert(5, ' you');
    await until(() => ann.doc.getText('t').toString() === 'Hello you');
  });

  it('[P9] one beside ours: text and awareness both ways', async () => {
    const name = freshName();
    const stock = kept(stockProvider(service, name));
    const ours = kept(ourProvider(service, name));
    await until(() => stock.synced && ours.synced);
    stock.awareness.setLocalStateField('user', { name: 'Stock' });
    ours.awareness.setLocalStateField('user', { name: 'Ours' });
    const seen = (provider: typeof stock | typeof ours, other: typeof stock | typeof ours) =>
      provider.awareness.getStates().get(other.awareness.clientID)?.user?.name;
    await until(() => seen(stock, ours) === 'Ours' && seen(ours, stock) === 'Stock');
    ours.doc.getText('t').insert(0, 'from ours');
    await until(() => stock.doc.getText('t').toString() === 'from ours');
    await until(() => ours.status.state === 'saved');
    stock.destroy();
    await until(() => seen(ours, stock) === undefined);
    ours.destroy();
  });

  it('[P9] it comes back after its connection was lost, with what it typed meanwhile', async () => {
    const name = freshName();
    const ann = kept(stockProvider(service, name));
    const bob = kept(stockProvider(service, name));
    await until(() => ann.synced && bob.synced);
    ann.awareness.setLocalStateField('user', { name: 'Ann' });
    ann.doc.getText('t').insert(0, 'before ');
    await until(() => bob.doc.getText('t').toString() === 'before ');
    // Cut as a network would: without a word.
    (ann.ws as unknown as { _socket: { destroy(): void } })._socket.destroy();
    await until(() => !ann.wsconnected);
    ann.doc.getText('t').insert(7, 'offline');
    await until(() => ann.wsconnected && ann.synced);
    await until(() => bob.doc.getText('t').toString() === 'before offline');
    await until(() => bob.awareness.getStates().has(ann.awareness.clientID));
  });

  it('[P9] it stays connected while nobody says anything', async () => {
    const name = freshName();
    const ann = kept(stockProvider(service, name));
    let closes = 0;
    ann.on('connection-close', () => closes++);
    await until(() => ann.synced);
    // y-websocket drops a connection on which it has heard nothing for 30 s.
    await new Promise((resolve) => setTimeout(resolve, 34_000));
    expect(closes).toBe(0);
    expect(ann.wsconnected).toBe(true);
  });

  it('the address is the one its documentation shows', () => {
    expect(docsUrl('http://localhost:8787')).toBe('ws://localhost:8787/docs');
  });
});
