/** How often an idle connection is pinged. Cloudflare answers without waking the document. */
const pingInterval = 25_000;
/** How long the pong may take before the connection counts as dead. */
const pongTimeout = 15_000;
/** The same while frames still arrive: many megabytes may be ahead of the pong. */
const pongTimeoutBusy = 30_000;
/** The same as {@link pongTimeout} once the browser has reported that it is offline. */
const pongTimeoutOffline = 2_000;

interface HeartbeatEvents {
  sendPing(): void;
  onTimeout(): void;
}

/**
 * Detects a connection that has died without a close. Pings even while frames arrive: they do not
 * show that frames of this client reach the service, and a ping also shows the service that the
 * client is there. All times are milliseconds of the monotonic clock.
 */
export class Heartbeat {
  readonly #events: HeartbeatEvents;
  #receivedAt = -Infinity;
  #pongAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(events: HeartbeatEvents) {
    this.#events = events;
  }

  /** Pings now, however recent the last pong is. */
  check(): void {
    this.#pongAt = -Infinity;
    this.#pingWhenDue();
  }

  frameReceived(): void {
    this.#receivedAt = performance.now();
  }

  pongReceived(): void {
    this.#receivedAt = this.#pongAt = performance.now();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #pingWhenDue(): void {
    const age = performance.now() - this.#pongAt;
    if (age < pingInterval) {
      this.#schedule(() => this.#pingWhenDue(), pingInterval - age);
      return;
    }
    const now = performance.now();
    this.#events.sendPing();
    this.#awaitPong({ pingedAt: now, since: now });
  }

  /** `since`: when this wait began; a busy connection waits more than once. */
  #awaitPong({ pingedAt, since }: { readonly pingedAt: number; readonly since: number }): void {
    const isOffline = globalThis.navigator?.onLine === false;
    this.#schedule(() => {
      const now = performance.now();
      const isBusy = this.#receivedAt >= since && now - pingedAt < pongTimeoutBusy;
      if (this.#pongAt >= pingedAt) this.#pingWhenDue();
      else if (isBusy && !isOffline) this.#awaitPong({ pingedAt, since: now });
      else this.#events.onTimeout();
    }, isOffline ? pongTimeoutOffline : pongTimeout);
  }

  #schedule(work: () => void, milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(work, milliseconds);
  }
}
