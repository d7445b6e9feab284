/** Converts between the messages of node:http and those of the web platform, which the routes use. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { badRequest } from '../../http/problem.ts';

/** How long a client may read nothing of a response, in milliseconds. */
const readTimeout = 60_000;

/** A host name or an address, and a port. */
const hostPattern = /^([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i;

/**
 * The request of a message. Null if it is invalid: its target is no path (RFC 9112 section 3.2.1), or it
 * has no Host header, several, or one that is no host.
 */
export function toRequest(message: IncomingMessage): Request | null {
  const { method = 'GET', rawHeaders } = message;
  const headers = new Headers();
  const hosts: string[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = rawHeaders.slice(i, i + 2);
    headers.append(name, value);
    if (name.toLowerCase() === 'host') hosts.push(value);
  }
  const [host = ''] = hosts;
  const path = message.url ?? '';
  if (hosts.length !== 1 || !hostPattern.test(host) || !path.startsWith('/')) return null;
  const hasBody = headers.has('content-length') || headers.has('transfer-encoding');
  const body = hasBody && method !== 'GET' && method !== 'HEAD' ? bodyOf(message) : null;
  try {
    return new Request(`http://${host}${path}`, { method, headers, body });
  } catch (error) {
    // An invalid port, or a method that the platform forbids.
    if (error instanceof TypeError) return null;
    throw error;
  }
}

function bodyOf(message: IncomingMessage): ReadableStream<Uint8Array<ArrayBuffer>> {
  const chunks = message[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      let chunk: IteratorResult<Uint8Array<ArrayBuffer>>;
      try {
        chunk = await chunks.next();
      } catch {
        throw badRequest('The connection ended before the body of this request.');
      }
      if (chunk.done) controller.close();
      else controller.enqueue(chunk.value);
    },
  }, { highWaterMark: 0 });
}

/**
 * Sends a response. Settles when it is sent, or the connection has ended; never rejects. Ends the
 * connection of a client that reads nothing for `timeout` milliseconds.
 */
export async function send(
  response: Response,
  outgoing: ServerResponse,
  timeout = readTimeout,
): Promise<void> {
  const { status, headers, body } = response;
  const reader = body?.getReader();
  const closed = new Promise<void>((resolve) => outgoing.once('close', resolve));
  // Not awaited: it may wait for the client.
  void closed.then(() => reader?.cancel().catch(() => {}));
  try {
    outgoing.writeHead(status, [...headers].flat());
    // A stream may have nothing to send for long.
    if (reader) outgoing.flushHeaders();
    for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
      if (outgoing.destroyed) return;
      if (outgoing.write(next.value)) continue;
      await within(timeout, Promise.race([drained(outgoing), closed]));
    }
    outgoing.end();
    await within(timeout, closed);
  } catch {
    // The body failed, or the client does not read.
    outgoing.destroy();
  }
}

function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => outgoing.once('drain', resolve));
}

/** Rejects when `work` takes longer than so many milliseconds. */
async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('The client does not read')), milliseconds);
  });
  try {
    await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
