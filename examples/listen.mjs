import { once } from 'node:events';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';

/** Serves anything with a `fetch` of its own, such as a Hono app, on this machine. */
export async function listen(app, port) {
  const server = createServer(async ({ method, url, headers }, response) => {
    const request = new Request(`http://localhost:${port}${url}`, { method, headers });
    const answer = await app.fetch(request);
    response.writeHead(answer.status, [...answer.headers].flat());
    if (answer.body) Readable.fromWeb(answer.body).pipe(response);
    else response.end();
  });
  server.listen(port, 'localhost');
  await once(server, 'listening');
  return server;
}
