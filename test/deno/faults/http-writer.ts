import * as Y from 'yjs';
import { closeHeader, sessionHeader } from '../../../protocol/headers.ts';
import { decodeMessages, encodeMessages, type Message } from '../../../protocol/messages.ts';

let sessions = 0;

/** Writes words into a document over HTTP, and knows which of them are acknowledged. */
export class HttpWriter {
  readonly name: string;
  readonly #url: string;
  readonly #doc = new Y.Doc();
  #session = '';
  /** The words of each update that was not answered. */
  #unanswered: string[][] = [];
  readonly #unsaved = new Set<string>();
  /** What to send in the next request. */
  #next: Message[] = [];

  constructor(service: string, name: string) {
    this.name = name;
    this.#url = `${service}/docs/${name}/sync`;
  }

  /** Sends words in one update. Returns the words that are acknowledged now, these or earlier ones. */
  async write(...words: readonly string[]): Promise<string[]> {
    const acknowledged = this.#session === '' ? await this.#open() : [];
    const before = Y.encodeStateVector(this.#doc);
    for (const word of words) this.#doc.getText('codemirror').insert(0, `${word} `);
    for (const word of words) this.#unsaved.add(word);
    this.#send({ type: 'update', update: Y.encodeStateAsUpdate(this.#doc, before) }, words);
    return [...acknowledged, ...await this.poll()];
  }

  /** Sends what the service has asked for. Returns the words that are acknowledged since. */
  async poll(): Promise<string[]> {
    const frame = encodeMessages(this.#next.splice(0));
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: { [sessionHeader]: this.#session, 'content-type': 'application/octet-stream' },
      body: frame as Uint8Array<ArrayBuffer>,
    });
    const body = new Uint8Array(await response.arrayBuffer());
    if (!response.ok) throw new Error(`Status ${response.status}`);
    const acknowledged = body.length > 0
      ? decodeMessages(body).flatMap((one) => this.#handle(one))
      : [];
    // The session has ended. The next request opens another one, and sends everything.
    if (response.headers.has(closeHeader)) this.#session = '';
    return acknowledged;
  }

  async #open(): Promise<string[]> {
    this.#session = `session-${Deno.pid}-${Date.now()}-${++sessions}`;
    this.#unanswered = [];
    const stateVector = Y.encodeStateVector(this.#doc);
    this.#next = [{ type: 'resume', epoch: '', version: 0, schema: 0, stateVector }];
    return await this.poll();
  }

  #send(message: Message, words: Iterable<string>): void {
    this.#next.push(message);
    this.#unanswered.push([...words]);
  }

  /** Returns the words that a message acknowledges. */
  #handle(message: Message): string[] {
    switch (message.type) {
      case 'sync-step-1': {
        const update = Y.encodeStateAsUpdate(this.#doc, message.stateVector);
        this.#send({ type: 'sync-step-2', update }, this.#unsaved);
        return [];
      }
      case 'unsaved':
        this.#unanswered.shift();
        return [];
      case 'saved': {
        const words = this.#unanswered.splice(0, message.count).flat();
        for (const word of words) this.#unsaved.delete(word);
        return words;
      }
      default:
        return [];
    }
  }
}

/** The words of a document. */
export function wordsIn(updates: readonly Uint8Array[]): string[] {
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, update);
  return doc.getText('codemirror').toString().split(' ').filter(Boolean);
}
