import { afterEach, describe, expect, inject, it } from 'vitest';
import * as Y from 'yjs';
import { CloseCode } from '../../protocol/close-codes.ts';
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

describe("y-websocket's provider", () => {
  it('[P9] syncs two clients, which report it', async () => {
    const name = freshName();
    const ann = kept(stockProvider(service, name));
    const bob = kept(stockProvider(service, name));
    await until(() => ann.synced && bob.synced);
    ann.doc.getText('t').insert(0, 'Hello');
    await until(() => bob.doc.getText('t').toString() === 'Hello');
    bob.doc.getText('t').insert(5, ' you');
    await until(() => ann.doc.getText('t').toString() === 'Hello you');
  });

  it('[P9] exchanges text and awareness with our provider', async () => {
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

  it('[P9] reconnects with the text typed while it was disconnected', async () => {
    const name = freshName();
    const ann = kept(stockProvider(service, name));
    const bob = kept(stockProvider(service, name));
    await until(() => ann.synced && bob.synced);
    ann.awareness.setLocalStateField('user', { name: 'Ann' });
    ann.doc.getText('t').insert(0, 'before ');
    await until(() => bob.doc.getText('t').toString() === 'before ');
    // Ends the connection without a close frame, as a network failure does.
    (ann.ws as unknown as { _socket: { destroy(): void } })._socket.destroy();
    await until(() => !ann.wsconnected);
    ann.doc.getText('t').insert(7, 'offline');
    await until(() => ann.wsconnected && ann.synced);
    await until(() => bob.doc.getText('t').toString() === 'before offline');
    await until(() => bob.awareness.getStates().has(ann.awareness.clientID));
  });

  it('[P7] [P8] is told that its text is not stored when another client has taken its id', async () => {
    const name = freshName();
    const ann = kept(stockProvider(service, name));
    const bob = kept(stockProvider(service, name));
    await until(() => ann.synced && bob.synced);
    ann.doc.getText('t').insert(0, 'before ');
    await until(() => bob.doc.getText('t').toString() === 'before ');
    ann.disconnect();
    await until(() => bob.awareness.getStates().size === 1);
    ann.doc.getText('t').insert(7, 'offline');
    const { clientID } = ann.doc;
    const thief = new Y.Doc();
    thief.clientID = clientID;
    const taken = kept(stockProvider(service, name, thief));
    await until(() => taken.synced);
    // Yjs takes another id when it receives what was written under its own.
    thief.clientID = clientID;
    await until(() => bob.awareness.getStates().has(clientID));

    const closes: { code: number; reason: string }[] = [];
    ann.on('connection-close', (event) => {
      if (event) closes.push({ code: event.code, reason: event.reason });
    });
    ann.connect();
    await until(() => closes.some(({ code }) => code === CloseCode.conflict));
    expect(closes.at(-1)?.reason).toContain('Copy your new text');
    expect(ann.shouldConnect).toBe(false);
    expect(ann.doc.getText('t').toString()).toBe('before offline');
    bob.doc.getText('t').insert(0, 'Bob ');
    await until(() => thief.getText('t').toString() === 'Bob before ');
  });

  it('[P9] stays connected without traffic', async () => {
    const name = freshName();
    const ann = kept(stockProvider(service, name));
    let closes = 0;
    ann.on('connection-close', () => closes++);
    await until(() => ann.synced);
    // y-websocket drops a connection without messages for 30 s.
    await new Promise((resolve) => setTimeout(resolve, 34_000));
    expect(closes).toBe(0);
    expect(ann.wsconnected).toBe(true);
  });

  it('uses the address that the documentation shows', () => {
    expect(docsUrl('http://localhost:8787')).toBe('ws://localhost:8787/docs');
  });
});
