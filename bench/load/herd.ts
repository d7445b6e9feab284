/**
 * Many clients of ours: `node scripts/bench.mjs load/herd COUNT SERVICE NAME...`, spread evenly over
 * the documents. Says that it is at work once all are saved; then, each 100 ms, one line of JSON:
 * when, how many attempts to connect since the last line, and how many are connected and saved.
 */
import process from 'node:process';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { docsUrl } from '../../test/support/y-client.ts';
import { EdgepadProvider } from '../../web/provider/provider.ts';
import type { WebSocketClass } from '../../web/provider/transport/socket.ts';

/** What the parent reads. */
export interface HerdSample {
  readonly at: number;
  readonly attempts: number;
  readonly saved: number;
}

const [count = '', service = '', ...names] = process.argv.slice(3);
let attempts = 0;

class CountedSocket extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols);
    attempts += 1;
  }
}

const herd = Array.from({ length: Number(count) }, (_, index) => {
  const provider = new EdgepadProvider({
    url: docsUrl(service),
    name: names[index % names.length] ?? '',
    doc: new Y.Doc(),
    WebSocket: CountedSocket as unknown as WebSocketClass,
    fetch(input, init) {
      attempts += 1;
      return fetch(input, init);
    },
  });
  provider.awareness.setLocalStateField('user', { name: `Client ${index}` });
  return provider;
});

let isAtWork = false;
setInterval(() => {
  const saved = herd.filter(({ status }) => status.state === 'saved').length;
  if (isAtWork) {
    const sample: HerdSample = { at: Date.now(), attempts, saved };
    process.stdout.write(`${JSON.stringify(sample)}\n`);
  } else if (saved === herd.length) {
    isAtWork = true;
    process.stdout.write('at work\n');
  }
  attempts = 0;
}, 100);
