import * as Y from 'yjs';
import { digestOf, sameDigest } from '../../../protocol/digest.ts';

/** How long nothing may have happened before the two sides compare, in milliseconds. */
const quiet = 2_000;
/**
 * Full exchanges in a row that made nothing equal; further ones would not either, and each may be as
 * long as the document. The next connection tries again.
 */
const mostExchanges = 3;

export interface ConsistencyCheckEvents {
  /** Asks the service for its digest. */
  ask(): void;
  /** The two hold different things: only a full exchange can tell what. */
  disagreed(): void;
}

/**
 * Whether both sides hold the same document. Acknowledgements say that everything was stored; this
 * says that nothing is missing on either side, whatever went wrong on the way: once it is quiet, both
 * hash their state vector and delete set. Asked once after connecting and once after own edits, never
 * again while nothing happens.
 */
export class ConsistencyCheck {
  readonly #doc: Y.Doc;
  readonly #events: ConsistencyCheckEvents;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isDue = false;
  #exchanges = 0;
  /** Whether the document has changed since the service was asked. */
  #hasChanged = false;

  constructor(doc: Y.Doc, events: ConsistencyCheckEvents) {
    this.#doc = doc;
    this.#events = events;
  }

  /** There is a reason to compare: a new connection, or an own edit that is saved. */
  want(): void {
    this.#isDue = true;
    this.touch();
  }

  /** Something has happened: to compare now would compare two moments. */
  touch(): void {
    this.#hasChanged = true;
    clearTimeout(this.#timer);
    if (this.#isDue) this.#timer = setTimeout(() => this.#ask(), quiet);
  }

  /** The service's digest has come. */
  received(digest: Uint8Array): void {
    if (this.#hasChanged) return;
    this.#isDue = false;
    const own = digestOf(Y.encodeSnapshot(Y.snapshot(this.#doc)));
    if (sameDigest(own, digest)) this.#exchanges = 0;
    else if (this.#exchanges++ < mostExchanges) this.#events.disagreed();
  }

  /** The connection is gone. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#isDue = false;
    this.#exchanges = 0;
  }

  #ask(): void {
    this.#hasChanged = false;
    this.#events.ask();
  }
}
