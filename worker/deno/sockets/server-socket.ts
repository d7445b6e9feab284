import type { Socket } from 'node:net';
import type { BudgetShare } from '../../http/byte-budget.ts';
import { pauseTimeout, transferTimeLeft } from '../../http/transfer-time.ts';
import type { ReadRate } from './read-rate.ts';
import { FrameDecoder, FrameError, opcodes, type Received } from './frame-decoder.ts';

/** How often a socket is checked, in milliseconds. A silent client gets a ping; its second ends it. */
const checkInterval = 15_000;
/** How long a client may take to answer a close frame, in milliseconds. */
const closeTimeout = 5_000;
/** Unsent bytes from which pings get no answer: a client that sends them blindly reads nothing. */
const maxUnsentForAnswers = 64 * 1024;

/** The events of a {@link ServerSocket}. */
interface SocketHandlers {
  onMessage(data: string | Uint8Array): void;
  /**
   * No message comes any more: the client has closed, or the connection has ended. Called once, with the
   * client's close code; 1005 without one, 1006 without a close frame.
   */
  onEnd(code: number): void;
  /** The TCP connection is closed, and holds no memory. Called once, after `onEnd`. */
  onClose(): void;
}

interface ServerSocketOptions {
  /** Counts incomplete messages. */
  readonly share: BudgetShare;
  /** How fast frames are read. The rest waits in the network. */
  readonly rate: Pick<ReadRate, 'charge' | 'wait'>;
}

/**
 * The WebSocket of a client, over the TCP connection of its upgrade (RFC 6455). Every state ends: an
 * incomplete message, a close frame without an answer and a silent client have a deadline, after which
 * the TCP connection is destroyed with what it holds.
 */
export class ServerSocket {
  readonly #tcp: Socket;
  readonly #decoder: FrameDecoder;
  readonly #rate: Pick<ReadRate, 'charge' | 'wait'>;
  #handlers: SocketHandlers | null = null;
  #check: ReturnType<typeof setInterval> | undefined;
  #closeTimer: ReturnType<typeof setTimeout> | undefined;
  #pauseTimer: ReturnType<typeof setTimeout> | undefined;
  /** Whether a close frame was sent, or none can be. */
  #isClosing = false;
  #hasEnded = false;
  /** Whether anything has arrived since the last check, and whether a ping was sent. */
  #isHeard = true;
  #isPinged = false;
  /** The incomplete message: when it began, and the size and time of its last part. */
  #incomplete: { startedAt: number; bytes: number; at: number } | null = null;

  constructor(tcp: Socket, { share, rate }: ServerSocketOptions) {
    this.#tcp = tcp;
    this.#decoder = new FrameDecoder(share);
    this.#rate = rate;
  }

  /** Whether messages can be sent: neither side has sent a close frame. */
  get isOpen(): boolean {
    return !this.#isClosing && !this.#tcp.destroyed;
  }

  /** What was sent and is still in this process. */
  get unsentBytes(): number {
    return this.#tcp.destroyed ? 0 : this.#tcp.writableLength;
  }

  /** Starts reading. `head` has the bytes that came after the request. */
  start(head: Uint8Array): void {
    const tcp = this.#tcp;
    tcp.once('close', () => this.#closed());
    if (tcp.destroyed) return this.#closed();
    this.#check = setInterval(() => this.#checkProgress(), checkInterval);
    tcp.on('data', (chunk) => this.#receive(chunk as Uint8Array));
    tcp.on('end', () => this.destroy());
    this.#receive(head);
  }

  /** Sets what handles the events. Before that, messages are dropped. */
  handle(handlers: SocketHandlers): void {
    this.#handlers = handlers;
  }

  /** A message for a socket that is not open is dropped. */
  send(data: string | Uint8Array): void {
    if (!this.isOpen) return;
    if (typeof data === 'string') this.#write(opcodes.text, new TextEncoder().encode(data));
    else this.#write(opcodes.binary, data);
  }

  /** Like {@link send}, but only for a client that reads. */
  answer(data: string): void {
    if (this.unsentBytes <= maxUnsentForAnswers) this.send(data);
  }

  /** Sends a close frame. The connection ends with the client's answer, or after five seconds. */
  close(code: number | null, reason: string): void {
    if (!this.isOpen) return;
    const text = new TextEncoder().encode(reason);
    const bytes = code === null ? [] : [code >> 8, code & 255, ...text];
    this.#write(opcodes.close, Uint8Array.from(bytes));
    this.#isClosing = true;
    this.#incomplete = null;
    this.#decoder.discard();
    this.#closeTimer = setTimeout(() => this.destroy(), closeTimeout);
  }

  /** Ends the TCP connection at once. What is unsent is dropped. */
  destroy(): void {
    this.#tcp.destroy();
  }

  #receive(chunk: Uint8Array): void {
    // What follows the end is discarded: unread bytes would reset the connection, and lose the close frame.
    if (this.#hasEnded) return;
    this.#isHeard = true;
    this.#isPinged = false;
    // Other sockets of this address may have caused too much since this one was read.
    if (this.#rate.wait(performance.now()) > 0) {
      this.#tcp.unshift(chunk);
      return this.#pause();
    }
    const framesBefore = this.#decoder.frameCount;
    try {
      for (const received of this.#decoder.decode(chunk)) this.#handle(received);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      // What follows cannot be decoded.
      this.close(error.code, error.message);
      this.#ended(1006);
    }
    this.#rate.charge(this.#decoder.frameCount - framesBefore, performance.now());
    if (!this.#isClosing) this.#noteProgress();
    if (this.#rate.wait(performance.now()) > 0) this.#pause();
  }

  /** Reads nothing until the rate allows it. */
  #pause(): void {
    this.#tcp.pause();
    clearTimeout(this.#pauseTimer);
    this.#pauseTimer = setTimeout(() => {
      const wait = this.#rate.wait(performance.now());
      if (wait > 0) this.#pause();
      else this.#tcp.resume();
    }, Math.min(this.#rate.wait(performance.now()), checkInterval / 2));
    // Only the service knows that the client is alive.
    this.#isHeard = true;
  }

  #handle(received: Received): void {
    switch (received.type) {
      case 'text':
      case 'binary':
        this.#incomplete = null;
        this.#handlers?.onMessage(received.type === 'text' ? received.text : received.bytes);
        return;
      case 'ping':
        if (this.isOpen && this.unsentBytes <= maxUnsentForAnswers) {
          this.#write(opcodes.pong, received.bytes);
        }
        return;
      case 'pong':
        return;
      case 'close':
        this.close(received.code, '');
        this.#ended(received.code ?? 1005);
    }
  }

  /** Both sides have closed, or the client cannot any more. */
  #ended(code: number): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#tcp.end();
    this.#handlers?.onEnd(code);
  }

  #closed(): void {
    clearInterval(this.#check);
    clearTimeout(this.#closeTimer);
    clearTimeout(this.#pauseTimer);
    this.#isClosing = true;
    this.#decoder.discard();
    this.#ended(1006);
    this.#handlers?.onClose();
  }

  #noteProgress(): void {
    const bytes = this.#decoder.incompleteBytes;
    const before = this.#incomplete;
    const now = performance.now();
    if (bytes === null) this.#incomplete = null;
    else if (before === null) this.#incomplete = { startedAt: now, bytes, at: now };
    else if (bytes > before.bytes) this.#incomplete = { ...before, bytes, at: now };
  }

  #checkProgress(): void {
    if (!this.isOpen) return;
    const now = performance.now();
    const incomplete = this.#incomplete;
    if (
      incomplete !== null &&
      (now - incomplete.at > pauseTimeout || transferTimeLeft(incomplete, now) < 0)
    ) {
      return this.close(1013, 'A message has arrived too slowly. Reconnect to send it again');
    }
    if (this.#isHeard) this.#isHeard = false;
    else if (this.#isPinged) this.destroy();
    else {
      this.#isPinged = true;
      this.#write(opcodes.ping, new Uint8Array(0));
    }
  }

  #write(opcode: number, payload: Uint8Array): void {
    if (this.#tcp.writable) this.#tcp.write(encodeFrame(opcode, payload));
  }
}

/** A frame of a server. It copies the payload, whose buffer may move to another thread. */
function encodeFrame(opcode: number, payload: Uint8Array): Uint8Array {
  const { length } = payload;
  const start = length < 126 ? 2 : length < 65536 ? 4 : 10;
  const frame = new Uint8Array(start + length);
  const view = new DataView(frame.buffer);
  frame[0] = 128 | opcode;
  frame[1] = start === 2 ? length : start === 4 ? 126 : 127;
  if (start === 4) view.setUint16(2, length);
  if (start === 10) view.setBigUint64(2, BigInt(length));
  frame.set(payload, start);
  return frame;
}
