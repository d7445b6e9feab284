import { request } from 'node:http';
import { Readable } from 'node:stream';
import { WebSocket } from 'ws';
import { edgepadProtocol } from '../../../protocol/headers.ts';
import { type HostName, startServer, type TestServer } from './test-server.ts';
import { TokenSigner } from '../service/tokens.ts';

/** A document as `POST /docs` answers it. */
export interface MadeDocument {
  readonly name: string;
  readonly keys: { readonly own: string; readonly edit: string; readonly view: string };
  readonly links: Readonly<Record<'own' | 'edit' | 'view' | 'embed', string>>;
}

/** What is asked of it. */
export interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
}

let addresses = 0;

/** What one address may do is limited: here each request has its own, of the 16 million that are local. */
function nextAddress(): string {
  addresses += 1;
  return `127.${1 + (addresses >> 16)}.${(addresses >> 8) & 255}.${addresses & 255}`;
}

/** A service as it is deployed: nothing is open, documents are made by anybody, tokens are taken. */
export class ClosedService {
  readonly server: TestServer;
  readonly signer: TokenSigner;

  static async start(
    host: HostName,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<ClosedService> {
    const signer = new TokenSigner();
    const server = await startServer(host, {
      settings: {
        EDGEPAD_OPEN: '',
        EDGEPAD_CREATION: 'anyone',
        EDGEPAD_TOKEN_SECRETS: signer.setting,
        ...settings,
      },
    });
    return new ClosedService(server, signer);
  }

  constructor(server: TestServer, signer: TokenSigner) {
    this.server = server;
    this.signer = signer;
  }

  get url(): string {
    return this.server.url;
  }

  token(document: string, role: string, more: Readonly<Record<string, unknown>> = {}): string {
    return this.signer.token(this.url, document, role, more);
  }

  /** A request with a credential in its header; null for none. */
  fetch(path: string, credential: string | null, init: Asking = {}): Promise<Response> {
    const { method = 'GET', body, signal } = init;
    const headers = { ...init.headers };
    if (credential !== null) headers.authorization = `Bearer ${credential}`;
    return new Promise((resolve, reject) => {
      const options = { method, headers, localAddress: nextAddress(), ...signal ? { signal } : {} };
      const asking = request(this.url + path, options, (answer) => {
        const status = answer.statusCode ?? 0;
        const hasBody = ![101, 204, 205, 304].includes(status);
        resolve(
          new Response(hasBody ? (Readable.toWeb(answer) as unknown as BodyInit) : null, {
            status,
            headers: Object.entries(answer.headersDistinct)
              .flatMap(([name, values = []]) =>
                values.map((value): [string, string] => [name, value])
              ),
          }),
        );
      });
      asking.on('error', reject).end(body);
    });
  }

  async make(): Promise<MadeDocument> {
    const response = await this.fetch('/docs', null, { method: 'POST' });
    if (response.status !== 201) throw new Error(`Not made: ${await response.text()}`);
    return await response.json() as MadeDocument;
  }

  async json(path: string, credential: string, method: string, body: unknown): Promise<unknown> {
    const response = await this.fetch(path, credential, { method, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return response.status === 204 ? null : await response.json();
  }

  /** Opens a socket that shows its credential as ours does. */
  socket(
    name: string,
    credential: string | null,
    headers: Record<string, string> = {},
    { localAddress = nextAddress() } = {},
  ): WebSocket {
    const protocols = credential === null
      ? [edgepadProtocol]
      : [edgepadProtocol, `edgepad.auth.${credential}`];
    const url = `${this.url.replace('http', 'ws')}/docs/${name}`;
    return new WebSocket(url, protocols, { headers, localAddress });
  }

  /** Sends the head of a POST and none of its body. Answers the status that comes all the same. */
  postHead(
    path: string,
    credential: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<number> {
    return new Promise((resolve, reject) => {
      const asking = request(this.url + path, {
        method: 'POST',
        headers: { ...headers, authorization: `Bearer ${credential}` },
        localAddress: nextAddress(),
      }, ({ statusCode = 0 }) => {
        resolve(statusCode);
        asking.on('error', () => {}).destroy();
      });
      asking.on('error', reject).flushHeaders();
    });
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}

/** How a socket ends. A handshake that was refused counts as its HTTP status. */
export function endOf(socket: WebSocket): Promise<{ code: number; reason: string }> {
  return new Promise((resolve) => {
    socket.on('unexpected-response', (_, response) => {
      resolve({ code: response.statusCode ?? 0, reason: '' });
      response.destroy();
    });
    socket.on('error', () => {});
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
}
