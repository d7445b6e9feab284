import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CloseCode } from '../../../protocol/close-codes.ts';
import { limits } from '../../../protocol/limits.ts';
import { partBytes } from '../../../protocol/message-parts.ts';
import { PolledSocket } from '../../../web/provider/transport/polled-socket.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

const octets = { 'content-type': 'application/octet-stream' };

/** Starts a server in the place of the service, and returns the URL of the sync route. */
async function serverThat(handler: Handler): Promise<string> {
  const server = createServer((request, response) => void handler(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/docs/x/sync`;
}

function open(url: string): PolledSocket {
  const socket = new PolledSocket({ url, token: null, fetch });
  onTestFinished(() => {
    socket.onclose = socket.onmessage = null;
    socket.close();
  });
  return socket;
}

/** The close code, and the data received before. */
async function closeOf(socket: PolledSocket): Promise<{ code: number; received: unknown[] }> {
  const received: unknown[] = [];
  socket.onmessage = ({ data }) => void received.push(data);
  const code = await new Promise<number>((resolve) => {
    socket.onclose = (event) => resolve(event.code);
  });
  return { code, received };
}

describe('[P7] a response that is not from the service', () => {
  const html = { 'content-type': 'text/html' };
  for (const status of [200, 401, 403, 404, 413, 511]) {
    it(`counts as a network failure with an HTML page and status ${status}`, async () => {
      const url = await serverThat((_, response) => {
        response.writeHead(status, html).end('<h1>Accept the terms of this hotel</h1>');
      });
      expect(await closeOf(open(url))).toEqual({ code: 1006, received: [] });
    });
  }

  it('is distinguished from a problem of the service', async () => {
    const url = await serverThat((_, response) => {
      response.writeHead(403, { 'content-type': 'application/problem+json' }).end('{ broken');
    });
    expect((await closeOf(open(url))).code).toBe(CloseCode.forbidden);
  });

  it('does not keep the socket open with a damaged reason', async () => {
    const url = await serverThat((_, response) => {
      response.writeHead(200, { ...octets, 'edgepad-close': '1013 %E0%A4%A' }).end();
    });
    expect((await closeOf(open(url))).code).toBe(CloseCode.tryAgainLater);
  });
});

describe('[P7] [P8] frames that are sent during a slow request', () => {
  it('are sent in order, within the limits of the service', async () => {
    const bodies: Buffer[] = [];
    const url = await serverThat(async (request, response) => {
      bodies.push(await buffer(request));
      response.writeHead(200, octets).end();
    });
    const socket = open(url);
    await new Promise<void>((resolve) => {
      socket.onopen = resolve;
    });
    const frames = Array.from({ length: 200 }, (_, i) => new Uint8Array([i]));
    frames.push(...Array.from({ length: 40 }, () => new Uint8Array(partBytes)));
    for (const frame of frames) socket.send(frame);
    const total = frames.reduce((sum, { length }) => sum + length, 0);
    const received = () => bodies.reduce((sum, { length }) => sum + length, 0);
    while (received() < total) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(Buffer.concat(bodies).equals(Buffer.concat(frames))).toBe(true);
    for (const body of bodies) expect(body.length).toBeLessThanOrEqual(limits.messageBytes);
    // The short frames have one byte each.
    expect(bodies[0]!.length).toBeLessThanOrEqual(limits.messagesPerFrame);
  });
});
