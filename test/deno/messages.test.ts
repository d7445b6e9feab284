import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { send } from '../../worker/deno/http/messages.ts';

Deno.test('[P8] a client that reads nothing of its response loses the connection', async () => {
  const sent = Promise.withResolvers<void>();
  const server = createServer((_, outgoing) => {
    const body = new Uint8Array(64 * 1024 * 1024);
    void send(new Response(body), outgoing, 300).then(sent.resolve);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = await Deno.connect({ hostname: '127.0.0.1', port });
  await client.write(new TextEncoder().encode('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
  await sent.promise;
  assert.equal(await new Promise((resolve) => server.getConnections((_, n) => resolve(n))), 0);
  client.close();
  await new Promise((resolve) => server.close(resolve));
});
