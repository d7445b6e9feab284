import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { PolledSocket } from '../../../web/provider/transport/polled-socket.ts';
import { TransportSelector } from '../../../web/provider/transport/transport-selector.ts';
import type { SocketLike, WebSocketClass } from '../../../web/provider/transport/socket.ts';

/** A selector for a server on this machine, and the requests that it makes, in order. */
function selectorFor(port: number): { selector: TransportSelector; requests: string[] } {
  const requests: string[] = [];
  class Counted extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      requests.push('websocket');
    }
  }
  const selector = new TransportSelector({
    url: `ws://127.0.0.1:${port}/docs/x`,
    WebSocket: Counted as unknown as WebSocketClass,
    fetch(input, init) {
      requests.push(`${init?.method} ${new URL(String(input)).pathname}`);
      return fetch(input, init);
    },
  });
  return { selector, requests };
}

/** An attempt of the provider whose socket is closed without having received anything. */
async function failingAttempt(selector: TransportSelector): Promise<SocketLike | null> {
  const socket = await selector.open(null).catch((error) => {
    expect(error).toBeInstanceOf(TypeError);
    return null;
  });
  if (socket && !(socket instanceof PolledSocket)) {
    await new Promise<void>((resolve) => {
      socket.onerror = () => {};
      socket.onclose = () => resolve();
    });
  }
  selector.failed();
  return socket;
}

/** A connection over HTTP that has received something, and was lost then. */
async function lostHttpConnection(selector: TransportSelector): Promise<void> {
  const socket = await selector.open(null);
  expect(socket).toBeInstanceOf(PolledSocket);
  socket.close();
  selector.succeeded();
}

/** Answers HTTP requests with this status, and rejects every WebSocket. */
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

const serviceCheck = 'HEAD /docs/x/sync';

afterEach(() => void vi.useRealTimers());

describe('[P7] the transport selector', () => {
  it('uses HTTP for the third attempt if WebSockets fail and the service answers', async () => {
    const { port } = await serverWith(405);
    const { selector, requests } = selectorFor(port);
    await failingAttempt(selector);
    await failingAttempt(selector);
    expect(requests).toEqual(['websocket', serviceCheck, 'websocket']);
    expect(selector.transport).toBe('http');
    const socket = await failingAttempt(selector);
    expect(socket).toBeInstanceOf(PolledSocket);
    socket?.close();
    expect(selector.transport).toBe('websocket');
  });

  it('tries one WebSocket when a connection over HTTP is lost, at most every 30 s', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const { port } = await serverWith(405);
    const { selector, requests } = selectorFor(port);
    await failingAttempt(selector);
    await failingAttempt(selector);
    await lostHttpConnection(selector);
    vi.advanceTimersByTime(29_999);
    await lostHttpConnection(selector);
    vi.advanceTimersByTime(1);
    const triedBefore = requests.length;
    expect(await failingAttempt(selector)).toBeInstanceOf(WebSocket);
    expect(requests.slice(triedBefore).filter((request) => !request.startsWith('DELETE')))
      .toEqual(['websocket']);
    // One failure is enough: HTTP has worked before.
    expect(selector.transport).toBe('http');
    await lostHttpConnection(selector);
    vi.advanceTimersByTime(30_000);
    expect(await failingAttempt(selector)).toBeInstanceOf(WebSocket);
  });

  it('checks for a service that is down once per attempt, and never uses HTTP', async () => {
    const { server, port } = await serverWith(405);
    server.close();
    const { selector, requests } = selectorFor(port);
    for (let i = 0; i < 5; i++) await failingAttempt(selector);
    expect(requests).toEqual(['websocket', ...Array.from({ length: 4 }, () => serviceCheck)]);
    expect(selector.transport).toBe('websocket');
  });

  it('does not blame the WebSocket for a status of 500 or more', async () => {
    const { port } = await serverWith(502);
    const { selector, requests } = selectorFor(port);
    for (let i = 0; i < 3; i++) await failingAttempt(selector);
    expect(requests).toEqual(['websocket', serviceCheck, serviceCheck]);
    expect(selector.transport).toBe('websocket');
  });

  it('starts again after a WebSocket that has received something', async () => {
    const { port } = await serverWith(405);
    const { selector, requests } = selectorFor(port);
    await failingAttempt(selector);
    selector.succeeded();
    await failingAttempt(selector);
    expect(requests).toEqual(['websocket', 'websocket']);
    expect(selector.transport).toBe('websocket');
  });
});
