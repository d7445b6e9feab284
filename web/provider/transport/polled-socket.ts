import { CloseCode } from '../../../protocol/close-codes.ts';
import { closeHeader, sessionHeader } from '../../../protocol/headers.ts';
import { limits } from '../../../protocol/limits.ts';
import { problemDetail } from '../../access/problem.ts';
import type { SocketLike } from './socket.ts';

/** How long to wait before asking again, in milliseconds: soon after something moved, then longer. */
const shortestWait = 400;
const longestWait = 8_000;
const growth = 1.5;
/** How long a request may take. */
const patience = 20_000;
/**
 * What one request takes along; the rest goes with the next. The service takes twice as much: a frame
 * holds one message nearly always, and 256 KiB at most.
 */
const mostFrames = limits.messagesPerFrame / 2;
const mostBytes = limits.messageBytes / 2;
/** Browsers let so many bytes of a request outlive its page. */
const keptAlive = 60_000;
const mediaType = 'application/octet-stream';

/** What an HTTP status means for who asked, as a close code. Others count as accidents. */
const codes: Readonly<Record<number, number>> = {
  401: CloseCode.unauthenticated,
  403: CloseCode.forbidden,
  404: CloseCode.notFound,
  413: CloseCode.tooBig,
  429: CloseCode.tooMany,
};

export interface PolledSocketOptions {
  /** Where to post: `https://HOST/docs/NAME/sync`. */
  readonly url: string;
  /** Proof of access; null for none. */
  readonly token: string | null;
  readonly fetch: typeof fetch;
}

/**
 * A socket made of HTTP requests, for networks that let no WebSocket through: each request takes the
 * frames that wait to be sent, and brings those that wait here. One request at a time, so the order
 * stays. One that fails ends the socket; whoever needs another opens it.
 */
export class PolledSocket implements SocketLike {
  readyState = 0;
  binaryType = 'arraybuffer';
  onopen: SocketLike['onopen'] = null;
  onmessage: SocketLike['onmessage'] = null;
  onclose: SocketLike['onclose'] = null;
  onerror: SocketLike['onerror'] = null;
  readonly #options: PolledSocketOptions;
  readonly #session: string;
  #outgoing: Uint8Array<ArrayBuffer>[] = [];
  #wait = shortestWait;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isBusy = false;

  constructor(options: PolledSocketOptions) {
    this.#options = options;
    const random = crypto.getRandomValues(new Uint8Array(16));
    this.#session = [...random].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    // The first request carries what is sent on opening; whether there is a service it will show.
    this.#timer = setTimeout(() => {
      this.readyState = 1;
      this.onopen?.();
      void this.#exchange();
    });
  }

  send(data: Uint8Array<ArrayBuffer> | string): void {
    if (this.readyState !== 1) return;
    // Each answer is a sign of life: "ping" only asks for one now.
    if (typeof data !== 'string') this.#outgoing.push(data);
    this.#wait = shortestWait;
    if (!this.#isBusy) this.#schedule(0);
  }

  close(): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    clearTimeout(this.#timer);
    // Else the others would see us here for another half minute. What comes of it nobody waits for.
    this.#request('DELETE', null).catch(() => {});
  }

  async #exchange(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#isBusy || this.readyState !== 1) return;
    this.#isBusy = true;
    const body = new Blob(this.#take());
    try {
      const response = await this.#request('POST', body);
      const problem = response.ok ? null : await problemDetail(response);
      if (problem !== null) return this.#end(codes[response.status] ?? 1006, problem);
      if (!response.ok || response.headers.get('content-type') !== mediaType) {
        return this.#end(1006, '');
      }
      this.#received(await response.arrayBuffer(), body.size > 0);
      const [, code, reason = ''] = /^(\d+) (.*)$/.exec(response.headers.get(closeHeader) ?? '') ??
        [];
      if (code) this.#end(Number(code), sentenceIn(reason));
    } catch (error) {
      // What fetch throws where there is no network, and when a request takes too long.
      if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
      this.#end(1006, '');
    } finally {
      this.#isBusy = false;
      if (this.readyState === 1) this.#schedule(this.#outgoing.length > 0 ? 0 : this.#wait);
    }
  }

  /** The frames that go with the next request, in order. */
  #take(): Uint8Array<ArrayBuffer>[] {
    let count = 0;
    let bytes = 0;
    for (const { length } of this.#outgoing) {
      if (count > 0 && (count === mostFrames || bytes + length > mostBytes)) break;
      count++;
      bytes += length;
    }
    return this.#outgoing.splice(0, count);
  }

  #received(frame: ArrayBuffer, hasSent: boolean): void {
    if (this.readyState !== 1) return;
    const hasMoved = hasSent || frame.byteLength > 0;
    this.#wait = hasMoved ? shortestWait : Math.min(longestWait, this.#wait * growth);
    if (frame.byteLength > 0) this.onmessage?.({ data: frame });
    // Also beside a frame: it has shown that what is sent arrives.
    this.onmessage?.({ data: 'pong' });
  }

  #request(method: 'POST' | 'DELETE', body: Blob | null): Promise<Response> {
    const { url, token, fetch } = this.#options;
    const headers: Record<string, string> = {
      [sessionHeader]: this.#session,
      'content-type': mediaType,
    };
    if (token !== null) headers.authorization = `Bearer ${token}`;
    const signal = AbortSignal.timeout(patience);
    const keepalive = (body?.size ?? 0) < keptAlive;
    return fetch(url, { method, body, headers, signal, keepalive, cache: 'no-store' });
  }

  #end(code: number, reason: string): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }

  #schedule(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#exchange(), milliseconds);
  }
}

/** As the service writes it into a header; as it is where something on the way has changed it. */
function sentenceIn(reason: string): string {
  try {
    return decodeURIComponent(reason);
  } catch {
    return reason;
  }
}
