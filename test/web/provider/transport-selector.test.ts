import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { PolledSocket } from '../../../web/provider/transport/polled-socket.ts';
import { TransportSelector } from '../../../web/provider/transport/transport-selector.ts';
import type { SocketLike, WebSocketClass } from '../../../web/provider/transport/socket.ts';

/** A route to a server on this machine, and in order what it tries there. */
function routeTo(port: number): { route: TransportSelector; tried: string[] } {
  const tried: string[] = [];
  class Counted extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      tried.push('websocket');
    }
  }
  const route = new TransportSelector({
    url: `ws://127.0.0.1:${port}/docs/x`,
    WebSocket: Counted as unknown as WebSocketClass,
    fetch(input, init) {
      tried.push(`${init?.method} ${new URL(String(input)).pathname}`);
      return fetch(input, init);
    },
    improved() {},
  });
  onTestFinished(() => route.stop());
  return { route, tried };
}

/** One attempt as the provider makes it, which brings nothing. */
async function attempt(route: TransportSelector): Promise<SocketLike | null> {
  const socket = await route.open(null).catch((error) => {
    expect(error).toBeInstanceOf(TypeError);
    return null;
  });
  if (socket && !(socket instanceof PolledSocket)) {
    await new Promise<void>((resolve) => {
      socket.onerror = () => {};
      socket.onclose = () => resolve();
    });
  }
  route.failed();
  return socket;
}

/** Answers HTTP with this status, and refuses every WebSocket. */
async function serverWith(status: number): Promise<{ server: Server; port: number }> {
  const server = createServer((_, response) => response.writeHead(status).end());
  server.on('upgrade', (_, socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, port: (server.address() as AddressInfo).port };
}

const asked = 'HEAD /docs/x/sync';

describe('[P7] which way to the service', () => {
  it('where no WebSocket gets through and HTTP does, the third attempt goes by HTTP', async () => {
    const { port } = await serverWith(405);
    const { route, tried } = routeTo(port);
    await attempt(route);
    await attempt(route);
    expect(tried).toEqual(['websocket', asked, 'websocket']);
    expect(route.transport).toBe('http');
    const socket = await attempt(route);
    expect(socket).toBeInstanceOf(PolledSocket);
    socket?.close();
    expect(route.transport).toBe('websocket');
  });

  it('a service that is down is asked once for each attempt, and is come back to by WebSocket', async () => {
    const { server, port } = await serverWith(405);
    server.close();
    const { route, tried } = routeTo(port);
    for (let i = 0; i < 5; i++) await attempt(route);
    expect(tried).toEqual(['websocket', asked, asked, asked, asked]);
    expect(route.transport).toBe('websocket');
  });

  it('an error in front of the service is none of the WebSocket’s', async () => {
    const { port } = await serverWith(502);
    const { route, tried } = routeTo(port);
    for (let i = 0; i < 3; i++) await attempt(route);
    expect(tried).toEqual(['websocket', asked, asked]);
    expect(route.transport).toBe('websocket');
  });

  it('one WebSocket that brought something, and nothing is held against it', async () => {
    const { port } = await serverWith(405);
    const { route, tried } = routeTo(port);
    await attempt(route);
    route.worked();
    await attempt(route);
    expect(tried).toEqual(['websocket', 'websocket']);
    expect(route.transport).toBe('websocket');
  });
});
