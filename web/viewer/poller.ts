import type { Changes } from '../../protocol/answers/changes.ts';
import type { ChangesResponse } from './fetch-changes.ts';
import { PollDelay, type PollOutcome } from './poll-delay.ts';

/**
 * How current the content in the page is. `seenAt`: when it was last known to be the newest, in
 * milliseconds since the epoch.
 */
export type PollState =
  | { readonly type: 'live' }
  | { readonly type: 'paused' }
  /** The document does not exist yet, or this reader has no access to it. */
  | { readonly type: 'empty' }
  | { readonly type: 'behind' | 'gone'; readonly seenAt: number };

/** What polling needs of the page. */
export interface PollHost {
  /** Fetches what is newer than this version; rejects without a response. */
  fetchChanges(version: string, signal: AbortSignal): Promise<ChangesResponse>;
  showChanges(changes: Changes): void;
  showState(state: PollState): void;
  /** Runs `work` after this time; returns a function that cancels it. */
  schedule(milliseconds: number, work: () => void): () => void;
  /** Milliseconds since the epoch. */
  now(): number;
  /** A number from 0 up to 1. */
  random(): number;
}

/** How long a poll may take before it counts as failed, in milliseconds. */
const pollTimeout = 20_000;
/** How often to poll a document that does not exist yet, in milliseconds. */
const emptyInterval = 5_000;

/**
 * Keeps a page up to date by polling. Makes one request at a time: the delay starts when the response
 * has arrived. Makes none while paused. Once the document is gone, waits for {@link pollNow}.
 */
export class Poller {
  readonly #host: PollHost;
  readonly #delay: PollDelay;
  #version: string;
  #seenAt: number;
  #cancelTimer = () => {};
  /** The request in flight. */
  #request: AbortController | null = null;
  #isPaused = true;

  /** Starts paused. `version` is that of the content in the page; empty without content. */
  constructor(host: PollHost, version: string) {
    this.#host = host;
    this.#version = version;
    this.#seenAt = host.now();
    this.#delay = new PollDelay(() => host.random());
  }

  /** Stops polling, and aborts the request in flight. */
  pause(): void {
    this.#isPaused = true;
    this.#cancelTimer();
    this.#request?.abort();
    this.#request = null;
    this.#host.showState({ type: 'paused' });
  }

  /** Polls now, and continues. */
  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.pollNow();
  }

  /**
   * Polls now, for example when the network returns. Aborts the request in flight, which may hang. Does
   * nothing while paused.
   */
  pollNow(): void {
    if (this.#isPaused) return;
    this.#cancelTimer();
    this.#request?.abort();
    this.#delay.reset();
    void this.#poll();
  }

  async #poll(): Promise<void> {
    const request = new AbortController();
    this.#request = request;
    const cancelTimeout = this.#host.schedule(pollTimeout, () => request.abort());
    const response = await this.#host.fetchChanges(this.#version, request.signal)
      // Every failure is shown alike, and the next poll may succeed.
      .catch(() => ({ type: 'failed' } as const));
    cancelTimeout();
    // Aborted by `pause` or `pollNow`; another request may be in flight.
    if (this.#request !== request) return;
    this.#request = null;
    switch (response.type) {
      case 'missing':
        if (this.#version !== '') {
          return this.#host.showState({ type: 'gone', seenAt: this.#seenAt });
        }
        this.#host.showState({ type: 'empty' });
        return this.#pollAfter(emptyInterval);
      case 'failed':
        this.#host.showState({ type: 'behind', seenAt: this.#seenAt });
        return this.#pollAfter('failed');
      case 'changed':
      case 'unchanged':
        this.#seenAt = this.#host.now();
        this.#pollAfter(response.wait);
        if (response.type === 'changed') this.#show(response.changes);
        this.#host.showState({ type: 'live' });
    }
  }

  #show(changes: Changes): void {
    // If the changes do not fit the page, this throws, and the next poll requests the full document.
    this.#version = '';
    this.#host.showChanges(changes);
    this.#version = changes.version;
  }

  #pollAfter(outcome: PollOutcome): void {
    this.#cancelTimer = this.#host.schedule(this.#delay.next(outcome), () => void this.#poll());
  }
}
