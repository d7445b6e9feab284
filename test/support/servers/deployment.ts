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
  servesNewPage = false;
  /** Whether the new file exists. */
  isComplete = false;
  /** Requests for the new file while it was missing. */
  failures = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Duplex>();

  private constructor(service: URL) {
    this.#server = createServer((incoming, outgoing) => {
      if (incoming.url === this.file) {
        if (!this.isComplete) this.failures++;
        outgoing.writeHead(this.isComplete ? 200 : 503, { 'content-type': 'text/css' }).end('/**/');
        return;
      }
      const headers = { ...incoming.headers, 'accept-encoding': 'identity' };
      const { method } = incoming;
      const forwarded = request(
        new URL(incoming.url ?? '/', service),
        { method, headers },
        (upstream) => {
          if (this.servesNewPage && incoming.url?.startsWith('/d/')) {
            void this.#addFile(upstream).then((html) => {
              delete upstream.headers['content-length'];
              outgoing.writeHead(upstream.statusCode ?? 502, upstream.headers).end(html);
            });
          } else {
            outgoing.writeHead(upstream.statusCode ?? 502, upstream.headers);
            upstream.pipe(outgoing);
          }
        },
      );
      // The page was closed during the request.
      forwarded.on('error', () => outgoing.destroy());
      incoming.pipe(forwarded);
    });
    this.#server.on('upgrade', (incoming, socket: Socket) => {
      const target = connect(Number(service.port), service.hostname);
      const lines = [`${incoming.method} ${incoming.url} HTTP/1.1`];
      for (let i = 0; i < incoming.rawHeaders.length; i += 2) {
        lines.push(`${incoming.rawHeaders[i]}: ${incoming.rawHeaders[i + 1]}`);
      }
      target.write(`${lines.join('\r\n')}\r\n\r\n`);
      for (const [from, to] of [[socket, target], [target, socket]] as const) {
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

  async #addFile(upstream: IncomingMessage): Promise<string> {
    let html = '';
    for await (const chunk of upstream.setEncoding('utf8')) html += chunk;
    return html.replace('</head>', `<link rel="stylesheet" href="${this.file}"></head>`);
  }
}
