import { exports } from 'cloudflare:workers';
import * as Y from 'yjs';
import { type AwarenessEntry, encodeAwareness } from '../../protocol/awareness.ts';
import { decodeAwareness } from '../../worker/core/room/presence/decode-awareness.ts';
import { FrameAssembler } from '../../protocol/message-parts.ts';
import { edgepadProtocol } from '../../protocol/headers.ts';
import { decodeMessages, encodeMessage, type Message } from '../../protocol/messages.ts';

/** A client in workerd: a WebSocket to the Worker under test and a Yjs document. */
export class TestClient {
  readonly doc = new Y.Doc();
  readonly others = new Map<number, AwarenessEntry>();
  readonly messages: Message[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  frames = 0;
  unanswered = 0;
  readonly #socket: WebSocket;
  readonly #assembly = new FrameAssembler(Infinity);
  #clock = 0;
  #hasVanished = false;
  #state: unknown = null;

  static async connect(name: string, { speaksEdgepad = true } = {}): Promise<TestClient> {
    const response = await exports.default.fetch(`http://localhost/docs/${name}`, {
      headers: {
        upgrade: 'websocket',
        ...(speaksEdgepad ? { 'sec-websocket-protocol': edgepadProtocol } : {}),
      },
    });
    if (!response.webSocket) throw new Error(`No WebSocket: ${response.status}`);
    const client = new TestClient(response.webSocket, speaksEdgepad);
    // The test pool's wrapper of the object sometimes reorders frames, which the platform does not. So
    // nothing else is sent before the handshake is over.
    await client.until(() => client.messages.some(({ type }) => type === 'sync-step-1'));
    return client;
  }

  constructor(socket: WebSocket, speaksEdgepad: boolean) {
    this.#socket = socket;
    // Binary frames are Blobs by default since compatibility date 2026-03-17.
    (socket as unknown as { binaryType: string }).binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }) => {
      this.frames += 1;
      if (typeof data === 'string' || this.#hasVanished) return;
      this.#received(new Uint8Array(data as ArrayBuffer));
    });
    this.closed = new Promise((resolve) => {
      socket.addEventListener('close', ({ code, reason }) => resolve({ code, reason }));
    });
    socket.accept();
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === this) return;
      this.unanswered += 1;
      this.send({ type: 'update', update });
    });
    const stateVector = Y.encodeStateVector(this.doc);
    this.send(
      speaksEdgepad
        ? { type: 'resume', epoch: '', version: 0, stateVector, schema: 0 }
        : { type: 'sync-step-1', stateVector },
    );
  }

  get text(): Y.Text {
    return this.doc.getText('content');
  }

  send(message: Message): void {
    this.sendRaw(encodeMessage(message));
  }

  sendRaw(data: Uint8Array | string): void {
    this.#socket.send(data);
  }

  present(state: unknown): void {
    this.#state = state;
    const entry = { client: this.doc.clientID, clock: ++this.#clock, state: JSON.stringify(state) };
    this.send({ type: 'awareness', update: encodeAwareness([entry]) });
  }

  /** From now on the client reads nothing and answers nothing, not even a close. */
  vanish(): void {
    this.#hasVanished = true;
  }

  close(code?: number): void {
    this.#socket.close(code);
  }

  /** Waits until a condition holds, or the test times out. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await scheduler.wait(5);
  }

  #received(frame: Uint8Array): void {
    for (const message of decodeMessages(frame)) {
      this.messages.push(message);
      this.#handle(message);
    }
  }

  #handle(message: Message): void {
    switch (message.type) {
      case 'part': {
        const whole = this.#assembly.add(message);
        if (whole) this.#received(whole);
        return;
      }
      case 'update':
      case 'sync-step-2':
        return Y.applyUpdate(this.doc, message.update, this);
      case 'sync-step-1':
        this.unanswered += 1;
        return this.send({
          type: 'sync-step-2',
          update: Y.encodeStateAsUpdate(this.doc, message.stateVector),
        });
      case 'saved':
        this.unanswered -= message.count;
        return;
      case 'unsaved':
        this.unanswered -= 1;
        return;
      case 'awareness':
        for (const entry of decodeAwareness(message.update)) {
          if (entry.client !== this.doc.clientID) this.others.set(entry.client, entry);
          // As in y-protocols: a client whose own entry is withdrawn sends it again with a higher clock.
          const isOwn = entry.client === this.doc.clientID && entry.clock >= this.#clock;
          if (!isOwn || entry.state !== null || this.#state === null) continue;
          this.#clock = entry.clock;
          this.present(this.#state);
        }
    }
  }
}

/** The names of the others that a client sees, sorted. */
export function namesSeenBy(client: TestClient): string[] {
  return [...client.others.values()].flatMap(({ state }) =>
    state === null ? [] : [JSON.parse(state).name]
  ).sort();
}
