import type { Changes } from '../../protocol/changes.ts';
import type { ChangesResponse } from './fetch-changes.ts';
import { PollDelay, type PollOutcome } from './poll-delay.ts';

/** What the reader is told. `seenAt` is when the content shown was known to be the newest. */
export type PollState =
  | { readonly type: 'live' }
  | { readonly type: 'paused' }
  /** Nothing has been written yet, as far as can be told. */
  | { readonly type: 'empty' }
  | { readonly type: 'behind' | 'gone'; readonly seenAt: number };

/** What polling needs of the page it runs in. */
export interface PollHost {
  /** Asks for what is newer than this version; rejects when there is no answer. */
  fetchChanges(version: string, signal: AbortSignal): Promise<ChangesResponse>;
  /** Makes the changes. */
  show(changes: Changes): void;
  /** Tells the reader how things stand. */
  showState(state: PollState): void;
  /** Runs `work` after so many milliseconds; the answer calls it off. */
  schedule(milliseconds: number, work: () => void): () => void;
  now(): number;
  random(): number;
}

/** A poll that takes longer has failed. */
const patience = 20_000;
/** How often to look for a document that is not there yet, milliseconds. */
const pauseWhileEmpty = 5_000;

/**
 * Keeps a page up to date by asking over and over: one poll at a time, the next one when the last
 * has ended. Stands still while it is paused, and for good once the document is gone, until it is
 * asked to look again.
 */
export class Poller {
  readonly #host: PollHost;
  readonly #rhythm: PollDelay;
  #version: string;
  #seenAt: number;
  #callOff = () => {};
  #running: AbortController | null = null;
  #isPaused = true;

  /** Begins paused. `version` names the content that is shown already; empty for none. */
  constructor(host: PollHost, version: string) {
    this.#host = host;
    this.#version = version;
    this.#seenAt = host.now();
    this.#rhythm = new PollDelay(() => host.random());
  }

  /** Nobody is looking: asks no more, and drops the question that is under way. */
  pause(): void {
    this.#isPaused = true;
    this.#callOff();
    this.#running?.abort();
    this.#running = null;
    this.#host.showState({ type: 'paused' });
  }

  /** Somebody is looking: catches up at once. */
  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.pollNow();
  }

  /**
   * Asks anew without waiting, as when the network is back: a question from before may hang. Does
   * nothing while paused.
   */
  pollNow(): void {
    if (this.#isPaused) return;
    this.#callOff();
    this.#running?.abort();
    this.#rhythm.reset();
    void this.#poll();
  }

  async #poll(): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    const stopWaiting = this.#host.schedule(patience, () => running.abort());
    const answer = await this.#host.fetchChanges(this.#version, running.signal)
      // Whatever went wrong, it is the same to the reader, and the next poll may go well.
      .catch((error: unknown) => ({ type: 'failed', error } as const));
    stopWaiting();
    // Paused meanwhile, and perhaps resumed: then another poll has taken over.
    if (this.#running !== running) return;
    this.#running = null;
    if (answer.type === 'missing') {
      if (this.#version !== '') return this.#host.showState({ type: 'gone', seenAt: this.#seenAt });
      this.#host.showState({ type: 'empty' });
      return this.#waitAfter(pauseWhileEmpty);
    }
    if (answer.type === 'failed') {
      this.#host.showState({ type: 'behind', seenAt: this.#seenAt });
      return this.#waitAfter('failed');
    }
    this.#seenAt = this.#host.now();
    this.#waitAfter(answer.wait);
    if (answer.type === 'changed') {
      // Should the page not be what it is thought to be, the next poll asks for everything.
      this.#version = '';
      this.#host.show(answer.changes);
      this.#version = answer.changes.version;
    }
    this.#host.showState({ type: 'live' });
  }

  #waitAfter(outcome: PollOutcome): void {
    this.#callOff = this.#host.schedule(this.#rhythm.next(outcome), () => void this.#poll());
  }
}
