import type * as Y from 'yjs';
import { applyAwarenessUpdate, Awareness, removeAwarenessStates } from 'y-protocols/awareness';
import { encodeAwareness } from '../../protocol/awareness.ts';
import { encodeMessage, type Message } from '../../protocol/messages.ts';
import { Throttle } from './sync/throttle.ts';

/** The minimum time between two updates of this client's state, in milliseconds: each key moves the caret. */
const sendInterval = 100;

/**
 * Creates an Awareness without the timer of y-protocols, which renews this client's state every 15
 * seconds and removes states that were not renewed for 30. It would wake a hibernating document four
 * times a minute for each open tab. Here the service reports that a client has disconnected.
 */
function createAwareness(doc: Y.Doc): Awareness {
  const awareness = new Awareness(doc);
  // The class has no option for it. The field is public but undocumented.
  clearInterval(awareness._checkInterval);
  return awareness;
}

interface AwarenessChange {
  readonly added: number[];
  readonly updated: number[];
  readonly removed: number[];
}

/** Sends this client's awareness state over the current connection, and applies those of others. */
export class AwarenessSync {
  readonly awareness: Awareness;
  readonly #send: (frame: Uint8Array) => void;
  readonly #throttle = new Throttle(() => sendInterval, () => this.#sendOwnState());

  constructor(doc: Y.Doc, send: (frame: Uint8Array) => void) {
    this.awareness = createAwareness(doc);
    this.#send = send;
    this.awareness.on('update', this.#onUpdate);
  }

  get hasOthers(): boolean {
    return this.awareness.getStates().size > 1;
  }

  /** Sends this client's state over a new connection. */
  connected(): void {
    // A pending update was meant for the previous connection.
    this.#throttle.cancel();
    this.#renewOwnState();
  }

  /** Removes the states of others. They are added again when the next connection reports them. */
  disconnected(): void {
    const { awareness } = this;
    const others = [...awareness.getStates().keys()].filter((id) => id !== awareness.clientID);
    removeAwarenessStates(awareness, others, this);
    this.#removeClocksOfAbsent();
  }

  receive(message: Message & { type: 'awareness' | 'query-awareness' }): void {
    if (message.type === 'query-awareness') return this.#renewOwnState();
    applyAwarenessUpdate(this.awareness, message.update, this);
    this.#removeClocksOfAbsent();
  }

  destroy(): void {
    this.#throttle.cancel();
    this.awareness.off('update', this.#onUpdate);
    this.awareness.destroy();
  }

  /**
   * Sends this client's state, and only that: other clients send theirs. Also after an update from
   * the service: if it reports this client as gone, y-protocols raises the clock, and the state has
   * to be sent again.
   */
  readonly #onUpdate = ({ added, updated, removed }: AwarenessChange): void => {
    if (![...added, ...updated, ...removed].includes(this.awareness.clientID)) return;
    this.#throttle.request();
    // The page is being closed, and its timers with it.
    if (this.awareness.getLocalState() === null) this.#throttle.flush();
  };

  #sendOwnState(): void {
    const client = this.awareness.clientID;
    const clock = this.awareness.meta.get(client)?.clock ?? 0;
    const state = this.awareness.getLocalState();
    const entry = { client, clock, state: state && JSON.stringify(state) };
    this.#send(encodeMessage({ type: 'awareness', update: encodeAwareness([entry]) }));
  }

  /** Raises the clock of this client's state, so that clients which have removed it accept it as new. */
  #renewOwnState(): void {
    const state = this.awareness.getLocalState();
    if (state !== null) this.awareness.setLocalState(state);
  }

  /**
   * y-protocols keeps the clock of a removed state, and ignores a state with the same clock. A client
   * that reconnects with an unchanged state would stay invisible.
   */
  #removeClocksOfAbsent(): void {
    const { awareness } = this;
    for (const id of [...awareness.meta.keys()]) {
      if (id !== awareness.clientID && !awareness.getStates().has(id)) awareness.meta.delete(id);
    }
  }
}
