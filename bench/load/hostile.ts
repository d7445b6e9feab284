/**
 * `node scripts/bench.mjs load/hostile KIND SERVICE NAME`: one hostile client. Attacks until it is killed,
 * and reconnects a second after the service closes it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import process from 'node:process';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { encodeMessage } from '../../protocol/messages.ts';
import { docsUrl } from '../../test/support/y-client.ts';

const [kind = '', service = '', name = ''] = process.argv.slice(3);

/** Sends the messages of one attack for 20 ms. */
const attacks: Record<string, () => () => Uint8Array[]> = {
  /** 5,000 small, valid updates per second. */
  flood() {
    const doc = new Y.Doc();
    const frames: Uint8Array[] = [];
    doc.on('update', (update: Uint8Array) => {
      frames.push(encodeMessage({ type: 'update', update }));
    });
    return () => {
      for (let i = 0; i < 100; i++) doc.getMap('flood').set(`key ${i % 50}`, i);
      return frames.splice(0);
    };
  },
  /** 1,000 requests for the whole document per second. */
  questions: () => () =>
    Array.from(
      { length: 20 },
      () => encodeMessage({ type: 'sync-step-1', stateVector: new Uint8Array([0]) }),
    ),
  /** Frames of 8 MiB without meaning. */
  nonsense: () => () => [new Uint8Array(8 * 1024 * 1024)],
  /** 5,000 updates with missing dependencies per second. */
  gaps() {
    const doc = new Y.Doc();
    doc.getText('t').insert(0, 'gap');
    const before = Y.encodeStateVector(doc);
    doc.getText('t').insert(3, '!');
    const frame = encodeMessage({
      type: 'update',
      update: Y.encodeStateAsUpdate(doc, before),
    });
    return () => Array<Uint8Array>(100).fill(frame);
  },
  /** 5,000 cursor moves per second. */
  cursors() {
    let clock = 1;
    return () =>
      Array.from({ length: 100 }, () => {
        const state = `{"cursor":${clock}}`;
        const entry = [
          1,
          200,
          1,
          ...leb128(clock++),
          state.length,
          ...new TextEncoder().encode(state),
        ];
        return encodeMessage({ type: 'awareness', update: new Uint8Array(entry) });
      });
  },
  /** Joins, sends one update and leaves, as often as possible. */
  storm() {
    const doc = new Y.Doc();
    doc.getText('storm').insert(0, 'x');
    const frame = encodeMessage({ type: 'update', update: Y.encodeStateAsUpdate(doc) });
    let turn = 0;
    return () => turn++ === 0 ? [frame] : [];
  },
  /** Ten valid updates of 1 MiB per second. */
  bulk() {
    const doc = new Y.Doc();
    const frames: Uint8Array[] = [];
    doc.on('update', (update: Uint8Array) => {
      frames.push(encodeMessage({ type: 'update', update }));
    });
    let turn = 0;
    return () => {
      if (turn++ % 5 !== 0) return [];
      const text = doc.getText('bulk');
      doc.transact(() => {
        text.delete(0, text.length);
        text.insert(0, 'x'.repeat(1024 * 1024));
      });
      return frames.splice(0);
    };
  },
};

function leb128(value: number): number[] {
  return value < 128 ? [value] : [value % 128 + 128, ...leb128(Math.floor(value / 128))];
}

const begin = attacks[kind];
if (!begin) throw new RangeError(`Cannot attack: unknown kind "${kind}"`);
const closes: Record<number, number> = {};
process.stdout.write('at work\n');
for (;;) {
  const socket = new WebSocket(`${docsUrl(service)}/${name}`);
  const isOpen = await new Promise<boolean>((resolve) => {
    socket.on('open', () => resolve(true));
    socket.on('error', () => resolve(false));
  });
  socket.on('close', (code) => closes[code] = (closes[code] ?? 0) + 1);
  const frames = begin();
  while (isOpen && socket.readyState === WebSocket.OPEN) {
    // Bounds the memory of this process when the service does not read.
    if (socket.bufferedAmount < 32 * 1024 * 1024) {
      for (const frame of frames()) socket.send(frame);
    }
    if (kind === 'storm') break;
    await pause(20);
  }
  socket.terminate();
  await pause(kind === 'storm' ? 10 : 1000);
}
