import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * A proxy that simulates a deployment: the document's page links to a new file, which is missing until
 * {@link isComplete}. Other requests go to the real service.
 */
export class Deployment {
  /** The path of the new file. */
  readonly file = '/assets/deployed-later.css';
  /** Whether the proxy serves the new page. */
  isOut = false;
  /** Whether the new file exists. */
  isComplete = false;
  /** Requests for the new file while it was missing. */
  failures = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Duplex>();

  private constructor(service: URL) {
    this.#server = createServer((asked, answer) => {
      if (asked.url === this.file) {
        if (!this.isComplete) this.failures++;
        answer.writeHead(this.isComplete ? 200 : 503, { 'content-type': 'text/css' }).end('/**/');
        return;
      }
      const headers = { ...asked.headers, 'accept-encoding': 'identity' };
      const { method } = asked;
      const passed = request(new URL(asked.url ?? '/', service), { method, headers }, (given) => {
        if (this.isOut && asked.url?.startsWith('/d/')) {
          void this.#renew(given).then((html) => {
            delete given.headers['content-length'];
            answer.writeHead(given.statusCode ?? 502, given.headers).end(html);
          });
        } else {
          answer.writeHead(given.statusCode ?? 502, given.headers);
          given.pipe(answer);
        }
      });
      // The page was closed during the request.
      passed.on('error', () => answer.destroy());
      asked.pipe(passed);
    });
    this.#server.on('upgrade', (asked, socket: Socket) => {
      const there = connect(Number(service.port), service.hostname);
      const lines = [`${asked.method} ${asked.url} HTTP/1.1`];
      for (let i = 0; i < asked.rawHeaders.length; i += 2) {
        lines.push(`${asked.rawHeaders[i]}: ${asked.rawHeaders[i + 1]}`);
      }
      there.write(`${lines.join('\r\n')}\r\n\r\n`);
      for (const [from, to] of [[socket, there], [there, socket]] as const) {
        this.#sockets.add(from);
        from.on('error', () => to.destroy()).on('close', () => to.destroy()).pipe(to);
      }
    });
  }

  static async of(service: string): Promise<Deployment> {
    const deployment = new Deployment(new URL(service));
    await new Promise<void>((resolve) => deployment.#server.listen(0, '127.0.0.1', resolve));
    return deployment;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #renew(given: IncomingMessage): Promise<string> {
    let html = '';
    for await (const chunk of given.setEncoding('utf8')) html += chunk;
    return html.replace('</head>', `<link rel="stylesheet" href="${this.file}"></head>`);
  }
}
