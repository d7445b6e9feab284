import { createRequire } from 'node:module';
import { describe, expect, inject, it } from 'vitest';
import { WebSocket } from 'ws';
import { docsUrl, freshName, ourProvider, until } from '../support/y-client.ts';

// Yrs, an independent implementation of Yjs in Rust, compiled to WebAssembly. It is CommonJS.
const Yrs = createRequire(import.meta.url)('ywasm');

const service = inject('service');

/** A client with hand-made frames, written from docs/PROTOCOL.md alone. */
class RawClient {
  readonly doc = new Yrs.YDoc({});
  readonly #socket: WebSocket;
  readonly opened: Promise<void>;

  constructor(name: string) {
    this.#socket = new WebSocket(`${docsUrl(service)}/${name}`);
    this.opened = new Promise((resolve, reject) => {
      this.#socket.once('open', () => {
        this.#socket.send(frame(0, Yrs.encodeStateVector(this.doc)));
        resolve();
      });
      this.#socket.once('error', reject);
    });
    this.#socket.on('message', (data: Uint8Array) => this.#received(data));
  }

  get text(): string {
    return this.doc.getText('t').toString(undefined);
  }

  insert(at: number, text: string): void {
    const before = Yrs.encodeStateVector(this.doc);
    this.doc.getText('t').insert(at, text, undefined, undefined);
    this.#socket.send(frame(2, Yrs.encodeStateAsUpdate(this.doc, before)));
  }

  close(): void {
    this.#socket.close();
  }

  #received(data: Uint8Array): void {
    if (data[0] !== 0) return;
    const [length, start] = varUint(data, 2);
    const body = new Uint8Array(data.subarray(start, start + length));
    if (data[1] === 0) this.#socket.send(frame(1, Yrs.encodeStateAsUpdate(this.doc, body)));
    else Yrs.applyUpdate(this.doc, body, 'network');
  }
}

function frame(step: number, body: Uint8Array): Uint8Array {
  const length: number[] = [];
  for (let rest = body.length;; rest >>>= 7) {
    if (rest < 128) {
      length.push(rest);
      return new Uint8Array([0, step, ...length, ...body]);
    }
    length.push(rest & 127 | 128);
  }
}

function varUint(bytes: Uint8Array, start: number): [value: number, end: number] {
  let value = 0;
  for (let shift = 0, at = start;; shift += 7) {
    const byte = bytes[at++] ?? 0;
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return [value, at];
  }
}

describe('Yrs, an independent implementation of Yjs', () => {
  it('[P9] edits one document together with Yjs', async () => {
    const name = freshName();
    const yrs = new RawClient(name);
    await yrs.opened;
    const ours = ourProvider(service, name);
    await until(() => ours.synced);
    const text = ours.doc.getText('t');
    yrs.insert(0, 'Rust');
    await until(() => text.toString() === 'Rust');
    text.insert(4, ' and TypeScript 🌍');
    await until(() => yrs.text === 'Rust and TypeScript 🌍');
    // Concurrent edits from both sides, many times.
    for (let i = 0; i < 50; i++) {
      yrs.insert(0, `r${i} `);
      text.insert(text.length, ` t${i}`);
    }
    await until(() => ours.status.state === 'saved' && yrs.text === text.toString());
    expect(text.toString()).toContain('t49');
    expect(text.toString()).toContain('r49');
    // A new client of the other implementation reads the same text.
    const late = new RawClient(name);
    await until(() => late.text === text.toString());
    for (const client of [yrs, late]) client.close();
    ours.destroy();
  });
});
