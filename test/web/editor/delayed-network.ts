import * as Y from 'yjs';
import type { Random } from '../../support/random.ts';
import { HeadlessEditor } from './headless-editor.ts';

interface Message {
  readonly to: Y.Doc;
  readonly update: Uint8Array;
  readonly due: number;
}

/** Editors of one document, whose updates arrive in order and some ticks later. */
export class DelayedNetwork {
  readonly editors: readonly HeadlessEditor[];
  readonly #random: Random;
  readonly #maxDelay: number;
  #messages: Message[] = [];
  #now = 0;

  /** The client ids are fixed, so that merges are the same in each run. */
  constructor(count: number, text: string, random: Random, maxDelay: number) {
    this.#random = random;
    this.#maxDelay = maxDelay;
    const first = new Y.Doc();
    first.clientID = 99;
    new HeadlessEditor(first).type(text);
    const ids = [1, 2, 3, 4, 5].sort(() => random.below(3) - 1);
    this.editors = Array.from({ length: count }, (_, index) => {
      const doc = new Y.Doc();
      doc.clientID = ids[index] ?? 0;
      Y.applyUpdate(doc, Y.encodeStateAsUpdate(first));
      return new HeadlessEditor(doc);
    });
    const lastDue = new Map<Y.Doc, number>();
    for (const { doc } of this.editors) {
      doc.on('update', (update: Uint8Array, origin: unknown) => {
        if (origin !== 'network') this.#send(doc, update, lastDue);
      });
    }
  }

  #send(from: Y.Doc, update: Uint8Array, lastDue: Map<Y.Doc, number>): void {
    const delay = this.#random.below(this.#maxDelay + 1);
    const due = Math.max(this.#now + delay, lastDue.get(from) ?? 0);
    lastDue.set(from, due);
    for (const { doc } of this.editors) {
      if (doc !== from) this.#messages.push({ to: doc, update, due });
    }
    if (delay === 0) this.#deliver();
  }

  #deliver(): void {
    const due = this.#messages.filter((message) => message.due <= this.#now);
    this.#messages = this.#messages.filter((message) => message.due > this.#now);
    for (const { to, update } of due) Y.applyUpdate(to, update, 'network');
  }

  tick(): void {
    this.#now++;
    this.#deliver();
  }

  /** Delivers everything, what editors write in answer included. */
  settle(): void {
    while (this.#messages.length > 0) this.tick();
  }
}
