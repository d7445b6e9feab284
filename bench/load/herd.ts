/**
 * `node scripts/bench.mjs load/herd COUNT SERVICE NAME...`: many clients with our provider, spread evenly
 * over the documents. Prints `ready` once all are saved; then every 100 ms a line of JSON: the time, the
 * connection attempts since the last line, and the number of connected and saved clients.
 */
import process from 'node:process';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { docsUrl } from '../../test/support/y-client.ts';
import { EdgepadProvider } from '../../web/provider/provider.ts';
import type { WebSocketClass } from '../../web/provider/transport/socket.ts';

/** A line of output. */
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
