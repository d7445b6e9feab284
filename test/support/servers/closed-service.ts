import { request } from 'node:http';
import { Readable } from 'node:stream';
import { WebSocket } from 'ws';
import { credentialProtocolPrefix, edgepadProtocol } from '../../../protocol/headers.ts';
import { type HostName, startServer, type TestServer } from './test-server.ts';
import { TokenSigner } from '../service/tokens.ts';

/** The response of `POST /docs`. */
export interface MadeDocument {
  readonly name: string;
  readonly keys: { readonly own: string; readonly edit: string; readonly view: string };
  readonly links: Readonly<Record<'own' | 'edit' | 'view' | 'embed', string>>;
}

/** Options of {@link ClosedService.fetch}. */
interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
}

let addresses = 0;

/** A loopback address for each request, so that none reaches the rate limits. */
function nextAddress(): string {
  addresses += 1;
  return `127.${1 + (addresses >> 16)}.${(addresses >> 8) & 255}.${addresses & 255}`;
}

/** A service with the access settings of a deployment: anyone may create documents, tokens are valid. */
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

  /** Sends a request with a credential in its header; null for none. */
  fetch(path: string, credential: string | null, init: RequestOptions = {}): Promise<Response> {
    const { method = 'GET', body, signal } = init;
    const headers = { ...init.headers };
    if (credential !== null) headers.authorization = `Bearer ${credential}`;
    return new Promise((resolve, reject) => {
      const options = { method, headers, localAddress: nextAddress(), ...signal ? { signal } : {} };
      const sent = request(this.url + path, options, (answer) => {
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
      sent.on('error', reject).end(body);
    });
  }

  /** Creates a document. */
  async make(): Promise<MadeDocument> {
    const response = await this.fetch('/docs', null, { method: 'POST' });
    if (response.status !== 201) {
      throw new Error(`Cannot create document: ${await response.text()}`);
    }
    return await response.json() as MadeDocument;
  }

  /** Sends JSON, and returns that of the response; null for 204. */
  async json(path: string, credential: string, method: string, body: unknown): Promise<unknown> {
    const response = await this.fetch(path, credential, { method, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return response.status === 204 ? null : await response.json();
  }

  /** Opens a socket with a credential in its subprotocols, as a page does. */
  socket(
    name: string,
    credential: string | null,
    headers: Record<string, string> = {},
    { localAddress = nextAddress() } = {},
  ): WebSocket {
    const protocols = credential === null
      ? [edgepadProtocol]
      : [edgepadProtocol, `${credentialProtocolPrefix}${credential}`];
    const url = `${this.url.replace('http', 'ws')}/docs/${name}`;
    return new WebSocket(url, protocols, { headers, localAddress });
  }

  /** Sends the headers of a POST but not its body, and returns the status of the response. */
  postHead(
    path: string,
    credential: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<number> {
    return new Promise((resolve, reject) => {
      const sent = request(this.url + path, {
        method: 'POST',
        headers: { ...headers, authorization: `Bearer ${credential}` },
        localAddress: nextAddress(),
      }, ({ statusCode = 0 }) => {
        resolve(statusCode);
        sent.on('error', () => {}).destroy();
      });
      sent.on('error', reject).flushHeaders();
    });
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}

/** The close code and reason of a socket; the HTTP status for a refused handshake. */
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
