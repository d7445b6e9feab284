import { exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { encodeAwareness } from '../../protocol/awareness.ts';
import { limits } from '../../protocol/limits.ts';
import { decodeMessages, encodeMessages, type Message } from '../../protocol/messages.ts';
import { TestClient } from './client.ts';

const resume: Message = {
  type: 'resume',
  epoch: '',
  version: 0,
  stateVector: new Uint8Array([0]),
  schema: 0,
};

interface PostOptions {
  readonly session?: string;
  readonly body?: Uint8Array;
  readonly headers?: Record<string, string>;
}

function post(name: string, { session = 'a'.repeat(32), body, headers }: PostOptions = {}) {
  return exports.default.fetch(`http://localhost/docs/${name}/sync`, {
    method: 'POST',
    body: body ?? new Uint8Array(),
    headers: {
      'content-type': 'application/octet-stream',
      'edgepad-session': session,
      ...headers,
    },
  });
}

/** Sends messages in one request, and returns the response's. */
async function exchange(name: string, session: string, ...messages: Message[]): Promise<Message[]> {
  const response = await post(name, { session, body: encodeMessages(messages) });
  expect(response.status).toBe(200);
  expect(response.headers.get('cache-control')).toContain('no-store');
  const frame = new Uint8Array(await response.arrayBuffer());
  return frame.length > 0 ? decodeMessages(frame) : [];
}

function updateOf(text: string): Uint8Array {
  const doc = new Y.Doc();
  doc.getText('content').insert(0, text);
  return Y.encodeStateAsUpdate(doc);
}

describe('P8 a client over HTTP', () => {
  it('[P8] reads, writes, has presence and leaves like any other client', async () => {
    const name = 'polled';
    const session = 'b'.repeat(32);
    const ann = await TestClient.connect(name);
    ann.text.insert(0, 'from ann');
    await ann.until(() => ann.unanswered === 0);
    const first = await exchange(name, session, resume);
    expect(first.map(({ type }) => type)).toEqual([
      'welcome',
      'update',
      'sync-step-2',
      'sync-step-1',
    ]);
    const state = '{"user":{"name":"Bob"}}';
    const answers = await exchange(
      name,
      session,
      { type: 'sync-step-2', update: updateOf('from bob ') },
      { type: 'awareness', update: encodeAwareness([{ client: 77, clock: 1, state }]) },
    );
    // Acknowledgements are batched for a moment, and then queued for the next request.
    const saved = { type: 'saved', version: 2, count: 1 };
    while (!answers.some((message) => JSON.stringify(message) === JSON.stringify(saved))) {
      await scheduler.wait(20);
      answers.push(...await exchange(name, session));
    }
    await ann.until(() => ann.text.toString().includes('from bob'));
    await ann.until(() => ann.others.get(77)?.state === state);
    // Updates of other clients are queued for the next request.
    ann.text.insert(0, '!');
    await ann.until(() => ann.unanswered === 0);
    const news = await exchange(name, session);
    expect(news.some(({ type }) => type === 'update')).toBe(true);
    const gone = await exports.default.fetch(`http://localhost/docs/${name}/sync`, {
      method: 'DELETE',
      headers: { 'edgepad-session': session },
    });
    expect(gone.status).toBe(204);
    await ann.until(() => ann.others.get(77)?.state === null);
    // The session has ended.
    const over = await post(name, { session, body: encodeMessages([{ type: 'compare' }]) });
    expect(over.headers.get('edgepad-close')).toMatch(/^1013 /);
  });

  it('[P8] is closed for what closes a WebSocket, with a reason', async () => {
    const session = 'c'.repeat(32);
    await exchange('polled-bad', session, resume);
    const response = await post('polled-bad', { session, body: new Uint8Array([0, 2, 9, 9]) });
    expect(response.status).toBe(200);
    expect(response.headers.get('edgepad-close')).toMatch(/^1007 \S+$/);
    const again = await exchange('polled-bad', session, resume);
    expect(again[0]?.type).toBe('welcome');
  });

  it('[P8] gets a status for an invalid request', async () => {
    const status = async (options: PostOptions) => (await post('polled-odd', options)).status;
    expect(await status({ session: 'short' })).toBe(400);
    expect(await status({ headers: { 'content-type': 'text/plain' } })).toBe(415);
    expect(await status({ headers: { origin: 'https://elsewhere.example' } })).toBe(403);
    expect(await status({ body: new Uint8Array(limits.messageBytes + 1) })).toBe(413);
    expect((await post('no name')).status).toBe(404);
    // None of them has created the document.
    const read = await exports.default.fetch('http://localhost/docs/polled-odd.txt');
    expect(read.status).toBe(404);
  });
});
