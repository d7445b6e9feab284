import { CloseCode } from '../../../protocol/close-codes.ts';
import { closeHeader, sessionHeader } from '../../../protocol/headers.ts';
import { limits } from '../../../protocol/limits.ts';
import { problemDetail } from '../../access/problem.ts';
import type { SocketLike } from './socket.ts';

/** The time between two requests, in milliseconds. It grows while neither side sends a frame. */
const minInterval = 400;
const maxInterval = 8_000;
const intervalGrowth = 1.5;
/** How long a request may take, in milliseconds. */
const requestTimeout = 20_000;
/**
 * Limits of one request; the next one carries the rest. They are half of what the service accepts:
 * the frame that reaches a limit is small, with one message nearly always and at most 256 KiB.
 */
const maxFrames = limits.messagesPerFrame / 2;
const maxBytes = limits.messageBytes / 2;
/** A `keepalive` request, which outlives its page, may have this many bytes; browsers allow 64 KiB. */
const maxKeepaliveBytes = 60_000;
const mediaType = 'application/octet-stream';

/** The close codes for statuses of the service. Any other status counts as a network failure. */
const closeCodes: Readonly<Record<number, number>> = {
  401: CloseCode.unauthenticated,
  403: CloseCode.forbidden,
  404: CloseCode.notFound,
  413: CloseCode.tooBig,
  429: CloseCode.tooMany,
};

interface PolledSocketOptions {
  /** `https://HOST/docs/NAME/sync`. */
  readonly url: string;
  /** The credential; null for none. */
  readonly token: string | null;
  readonly fetch: typeof fetch;
}

/**
 * A socket over HTTP requests, for networks that block WebSockets. Each request sends the queued
 * frames and returns those of the service. Only one request is in flight, which keeps the order. A
 * failed request closes the socket.
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
  #queue: Uint8Array<ArrayBuffer>[] = [];
  #interval = minInterval;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isRequesting = false;

  constructor(options: PolledSocketOptions) {
    this.#options = options;
    const random = crypto.getRandomValues(new Uint8Array(16));
    this.#session = [...random].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    // Opens without a request: the first one carries what is sent on opening.
    this.#timer = setTimeout(() => {
      this.readyState = 1;
      this.onopen?.();
      void this.#exchange();
    });
  }

  send(data: Uint8Array<ArrayBuffer> | string): void {
    if (this.readyState !== 1) return;
    // A string is a ping, and every response counts as a pong: it only has to be requested now.
    if (typeof data !== 'string') this.#queue.push(data);
    this.#interval = minInterval;
    if (!this.#isRequesting) this.#schedule(0);
  }

  close(): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    clearTimeout(this.#timer);
    // Without this request, other clients would see this one for half a minute.
    this.#request('DELETE', null).catch(() => {});
  }

  async #exchange(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#isRequesting || this.readyState !== 1) return;
    this.#isRequesting = true;
    const body = new Blob(this.#takeFrames());
    try {
      const response = await this.#request('POST', body);
      // A proxy or a captive portal answers with its own pages, and any status.
      const problem = response.ok ? null : await problemDetail(response);
      if (problem !== null) return this.#end(closeCodes[response.status] ?? 1006, problem);
      if (!response.ok || response.headers.get('content-type') !== mediaType) {
        return this.#end(1006, '');
      }
      this.#received(await response.arrayBuffer(), body.size > 0);
      const close = response.headers.get(closeHeader) ?? '';
      const [, code, reason = ''] = /^(\d+) (.*)$/.exec(close) ?? [];
      if (code) this.#end(Number(code), decodeReason(reason));
    } catch (error) {
      // `fetch` throws these without a network and after the timeout.
      if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
      this.#end(1006, '');
    } finally {
      this.#isRequesting = false;
      if (this.readyState === 1) this.#schedule(this.#queue.length > 0 ? 0 : this.#interval);
    }
  }

  /** Removes the frames of the next request from the queue. */
  #takeFrames(): Uint8Array<ArrayBuffer>[] {
    let count = 0;
    let bytes = 0;
    for (const { length } of this.#queue) {
      if (count > 0 && (count === maxFrames || bytes + length > maxBytes)) break;
      count++;
      bytes += length;
    }
    return this.#queue.splice(0, count);
  }

  #received(frame: ArrayBuffer, hasSent: boolean): void {
    if (this.readyState !== 1) return;
    const isActive = hasSent || frame.byteLength > 0;
    this.#interval = isActive
      ? minInterval
      : Math.min(maxInterval, this.#interval * intervalGrowth);
    if (frame.byteLength > 0) this.onmessage?.({ data: frame });
    // A response also shows that frames of this client arrive.
    this.onmessage?.({ data: 'pong' });
  }

  #request(method: 'POST' | 'DELETE', body: Blob | null): Promise<Response> {
    const { url, token, fetch } = this.#options;
    const headers: Record<string, string> = {
      [sessionHeader]: this.#session,
      'content-type': mediaType,
    };
    if (token !== null) headers.authorization = `Bearer ${token}`;
    const signal = AbortSignal.timeout(requestTimeout);
    const keepalive = (body?.size ?? 0) < maxKeepaliveBytes;
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

/** The service URI-encodes a reason; a proxy may have damaged it. */
function decodeReason(reason: string): string {
  try {
    return decodeURIComponent(reason);
  } catch {
    return reason;
  }
}
