/**
 * `node scripts/bench.mjs load/stalled COUNT SERVICE NAME`: sockets that join a document as y-websocket
 * does and then stop reading.
 */
import process from 'node:process';
import { WebSocket } from 'ws';
import { docsUrl } from '../../test/support/y-client.ts';

const [count = '', service = '', name = ''] = process.argv.slice(3);
let stalled = 0;
for (let i = 0; i < Number(count); i++) {
  const socket = new WebSocket(`${docsUrl(service)}/${name}`);
  socket.on('error', () => {});
  socket.on('open', () => {
    socket.send(new Uint8Array([0, 0, 1, 0]));
    socket.pause();
    if (++stalled === Number(count)) process.stdout.write('at work\n');
  });
}
