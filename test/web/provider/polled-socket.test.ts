import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CloseCode } from '../../../protocol/close-codes.ts';
import { limits } from '../../../protocol/limits.ts';
import { PolledSocket } from '../../../web/provider/transport/polled-socket.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

const octets = { 'content-type': 'application/octet-stream' };

/** What stands where the service should be. Resolves once it listens. */
async function serverThat(answers: Answer): Promise<string> {
  const server = createServer((request, response) => void answers(request, response));
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

/** The code it is closed with, and all it was given before. */
async function endOf(socket: PolledSocket): Promise<{ code: number; given: unknown[] }> {
  const given: unknown[] = [];
  socket.onmessage = ({ data }) => void given.push(data);
  const code = await new Promise<number>((resolve) => {
    socket.onclose = (event) => resolve(event.code);
  });
  return { code, given };
}

describe('[P7] something else answers in the place of the service', () => {
  const html = { 'content-type': 'text/html' };
  for (const status of [200, 401, 403, 404, 413, 511]) {
    it(`a page with ${status} is an accident of the network, and no answer`, async () => {
      const url = await serverThat((_, response) => {
        response.writeHead(status, html).end('<h1>Accept the terms of this hotel</h1>');
      });
      expect(await endOf(open(url))).toEqual({ code: 1006, given: [] });
    });
  }

  it('a problem of the service itself is heard', async () => {
    const url = await serverThat((_, response) => {
      response.writeHead(403, { 'content-type': 'application/problem+json' }).end('{ broken');
    });
    expect((await endOf(open(url))).code).toBe(CloseCode.forbidden);
  });

  it('a reason that was damaged is no reason to stay open', async () => {
    const url = await serverThat((_, response) => {
      response.writeHead(200, { ...octets, 'edgepad-close': '1013 %E0%A4%A' }).end();
    });
    expect((await endOf(open(url))).code).toBe(CloseCode.tryAgainLater);
  });
});

describe('[P7] [P8] who types while a request is slow', () => {
  it('sends no more at once than the service takes, in order', async () => {
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
    frames.push(...Array.from({ length: 40 }, () => new Uint8Array(limits.partBytes)));
    for (const frame of frames) socket.send(frame);
    const total = frames.reduce((sum, { length }) => sum + length, 0);
    const received = () => bodies.reduce((sum, { length }) => sum + length, 0);
    while (received() < total) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(Buffer.concat(bodies).equals(Buffer.concat(frames))).toBe(true);
    for (const body of bodies) expect(body.length).toBeLessThanOrEqual(limits.messageBytes);
    // Those before the long ones have one byte each.
    expect(bodies[0]!.length).toBeLessThanOrEqual(limits.messagesPerFrame);
  });
});
