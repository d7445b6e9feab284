import { readFileSync } from 'node:fs';
import * as encoding from 'lib0/encoding';
import { describe, expect, it } from 'vitest';
import { Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness';
import { writeSyncStep1, writeSyncStep2, writeUpdate } from 'y-protocols/sync';
import * as Y from 'yjs';
import { encodeAwareness } from '../../protocol/awareness.ts';
import { decodeAwareness } from '../../worker/core/room/presence/decode-awareness.ts';
import {
  decodeMessages,
  encodeMessage,
  encodeMessages,
  type Message,
} from '../../protocol/messages.ts';
import { ProtocolError } from '../../protocol/protocol-error.ts';

const doc = new Y.Doc();
doc.getText('t').insert(0, 'hello');
const update = Y.encodeStateAsUpdate(doc);
const stateVector = Y.encodeStateVector(doc);

/** A frame as y-websocket writes it: type 0, then a message of y-protocols. */
function stockFrame(write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, 0);
  write(encoder);
  return encoding.toUint8Array(encoder);
}

describe('bytes of y-protocols', () => {
  it('[P9] encodes sync step 1, sync step 2 and update as y-protocols does', () => {
    expect(encodeMessage({ type: 'sync-step-1', stateVector }))
      .toEqual(stockFrame((encoder) => writeSyncStep1(encoder, doc)));
    expect(encodeMessage({ type: 'sync-step-2', update }))
      .toEqual(stockFrame((encoder) => writeSyncStep2(encoder, doc)));
    expect(encodeMessage({ type: 'update', update }))
      .toEqual(stockFrame((encoder) => writeUpdate(encoder, update)));
  });

  it('[P9] encodes and decodes awareness as y-protocols does', () => {
    const awareness = new Awareness(doc);
    awareness.setLocalState({ user: { name: 'Ann' } });
    const bytes = encodeAwarenessUpdate(awareness, [doc.clientID]);
    const entries = decodeAwareness(bytes);
    expect(entries).toEqual([
      { client: doc.clientID, clock: 1, state: '{"user":{"name":"Ann"}}' },
    ]);
    expect(encodeAwareness(entries)).toEqual(bytes);
    awareness.destroy();
  });
});

describe('messages', () => {
  const every: Message[] = [
    { type: 'sync-step-1', stateVector },
    { type: 'sync-step-2', update },
    { type: 'update', update },
    { type: 'awareness', update: new Uint8Array([0]) },
    { type: 'query-awareness' },
    { type: 'resume', epoch: 'é', version: 2 ** 40, stateVector, schema: 7 },
    { type: 'welcome', epoch: '', version: 0, role: 'own', schema: 1 },
    { type: 'saved', version: 300, count: 7 },
    { type: 'unsaved', reason: 'gap' },
    { type: 'unsaved', reason: 'read-only' },
    { type: 'unsaved', reason: 'full' },
    { type: 'unsaved', reason: 'outdated' },
    { type: 'part', total: 300, bytes: update },
    { type: 'compare' },
    { type: 'digest', digest: new Uint8Array(8).fill(200) },
    { type: 'token', token: 'abc.é' },
    { type: 'role', role: 'view' },
  ];

  it('decode to what was encoded, alone and in one frame', () => {
    for (const message of every) expect(decodeMessages(encodeMessage(message))).toEqual([message]);
    expect(decodeMessages(encodeMessages(every))).toEqual(every);
  });

  it('[P8] are malformed when truncated at any byte', () => {
    for (const message of every) {
      const frame = encodeMessage(message);
      for (let length = 0; length < frame.length; length++) {
        expect(() => decodeMessages(frame.subarray(0, length))).toThrow(ProtocolError);
      }
    }
  });

  it('copy their bytes out of the buffer of the frame', () => {
    const memory = new Uint8Array([0, 2, 2, 0, 0, 115, 101, 99]);
    const [message] = decodeMessages(memory.subarray(0, 5));
    if (message?.type !== 'update') throw new Error('not an update');
    expect(message.update.buffer.byteLength).toBe(2);
  });
});

describe('docs/PROTOCOL.md', () => {
  it('shows frames that decode to the messages beside them', () => {
    const page = readFileSync('docs/PROTOCOL.md', 'utf8');
    const frames = [...page.matchAll(/^(?:client|service) {2,}((?:[0-9a-f]{2} )+) +(.+)$/gm)];
    const decoded = frames.map(([, hex = '']) =>
      decodeMessages(Uint8Array.from(hex.trim().split(' '), (byte) => parseInt(byte, 16)))
    );
    expect(decoded.map(([message]) => message?.type))
      .toEqual(['sync-step-1', 'sync-step-2', 'sync-step-1', 'update']);
    const [last] = decoded[3] ?? [];
    const copy = new Y.Doc();
    Y.applyUpdate(copy, last?.type === 'update' ? last.update : new Uint8Array());
    expect(copy.getText('t').toString()).toBe('a');
    expect([...Y.decodeStateVector(Y.encodeStateVector(copy))]).toEqual([[1, 1]]);
  });
});
