import { once } from 'node:events';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';

/** Serves an object with a `fetch` method, such as a Hono app, on localhost. */
export async function listen(app, port) {
  const server = createServer(async ({ method, url, headers }, response) => {
    const request = new Request(`http://localhost:${port}${url}`, { method, headers });
    const result = await app.fetch(request);
    response.writeHead(result.status, [...result.headers].flat());
    if (result.body) Readable.fromWeb(result.body).pipe(response);
    else response.end();
  });
  server.listen(port, 'localhost');
  await once(server, 'listening');
  return server;
}
