import { CloseCode } from '../../../protocol/close-codes.ts';
import { decodeMessages, type Message } from '../../../protocol/messages.ts';
import { contentOf } from '../../../protocol/schema.ts';
import * as Y from 'yjs';
import type { EdgepadProvider } from '../../../web/provider/provider.ts';
import type { Direction } from './proxy-lane.ts';
import type { Link } from './proxy-link.ts';
import { Proxy } from './proxy.ts';
import { freshName, ourProvider, stockProvider, until } from '../y-client.ts';

type Stock = ReturnType<typeof stockProvider>;

/**
 * A document with two clients: Ann uses our provider over a network that the test controls, Stan uses
 * y-websocket's on a good network. Every typed word is unique.
 */
export class NetworkStory {
  readonly name = freshName();
  readonly service: string;
  /** The network between Ann and the service. */
  readonly network: Proxy;
  ann!: Ours;
  stan!: Stock;
  /** Words that Ann's page showed as saved before the service had them. Must stay empty. */
  readonly lies: string[] = [];
  #words = 0;
  readonly #open: { destroy(): void }[] = [];

  private constructor(service: string, network: Proxy) {
    this.service = service;
    this.network = network;
    this.#open.push(network);
  }

  /** Starts with a line by Stan that Ann sees. `spoil` changes the network before Ann connects. */
  static async begin(service: string, spoil: (network: Proxy) => void = () => {}) {
    const story = new NetworkStory(service, await Proxy.to(service));
    const stan = story.stan = story.kept(stockProvider(service, story.name));
    await until(() => stan.synced);
    const line = new Y.XmlElement('paragraph');
    line.insert(0, [new Y.XmlText('line')]);
    contentOf(stan.doc).insert(0, [line]);
    spoil(story.network);
    story.ann = story.ours(story.network.url);
    // Under load, Ann may sync before the service has received the line.
    await until(() => story.ann.provider.synced && story.ann.words.length > 0);
    return story;
  }

  /** Adds another client with our provider. */
  ours(url = this.service, doc = new Y.Doc()): Ours {
    const someone = new Ours(this.kept(ourProvider(url, this.name, doc)));
    someone.provider.addEventListener('status', () => void this.#checkClaim(someone));
    return someone;
  }

  kept<T extends { destroy(): void }>(one: T): T {
    this.#open.push(one);
    return one;
  }

  /** Each client types a word at the end of the line; returns the words. */
  type(...authors: (Ours | Stock)[]): string[] {
    return authors.map((author) => {
      const doc = 'provider' in author ? author.provider.doc : author.doc;
      const word = `w${++this.#words}.`;
      const text = lineOf(doc);
      text.insert(text.length, ` ${word}`);
      return word;
    });
  }

  /** Returns the names that Stan sees. */
  get stanSees(): string[] {
    return namesIn(this.stan.awareness.getStates(), this.stan.doc.clientID);
  }

  /** Returns the words that the service has. */
  async stored(): Promise<string[]> {
    // Other answers may be two seconds old.
    const headers = { 'cache-control': 'no-cache' };
    const answer = await fetch(`${this.service}/docs/${this.name}.txt`, { headers });
    return wordsIn(await answer.text());
  }

  /** Waits until Ann's page shows "saved", and every client and the service have each word once. */
  async settle(words: readonly string[] = []): Promise<void> {
    await until(() => this.ann.state === 'saved');
    const all = ['line', ...words].sort().join();
    const isWhole = (found: string[]) => found.sort().join() === all;
    await until(() => isWhole(wordsOf(this.ann.provider.doc)) && isWhole(wordsOf(this.stan.doc)));
    await until(async () => isWhole(await this.stored()));
    await until(() => textOf(this.ann.provider.doc) === textOf(this.stan.doc));
  }

  async #checkClaim({ state, words }: Ours): Promise<void> {
    if (state !== 'saved') return;
    const stored = await this.stored().catch((error) => {
      // The service was just killed: waits until it is back.
      if (error instanceof TypeError) return words;
      throw error;
    });
    this.lies.push(...words.filter((word) => !stored.includes(word)));
  }

  end(): void {
    for (const one of this.#open.reverse()) one.destroy();
  }
}

/** Our provider and the states that it showed to its user. */
export class Ours {
  readonly provider: EdgepadProvider;
  /** The states in order. */
  readonly told: string[];

  constructor(provider: EdgepadProvider) {
    this.provider = provider;
    this.told = [provider.status.state];
    provider.addEventListener('status', () => {
      if (this.told.at(-1) !== this.state) this.told.push(this.state);
    });
  }

  get state(): string {
    return this.provider.status.state;
  }

  get words(): string[] {
    return wordsOf(this.provider.doc);
  }

  /** Returns the names that this user sees. */
  get sees(): string[] {
    const { awareness, doc } = this.provider;
    return namesIn(awareness.getStates(), doc.clientID);
  }
}

/** Returns the names in an awareness, without the own one. */
function namesIn(states: Map<number, { [key: string]: unknown }>, own: number): string[] {
  return [...states].filter(([id]) => id !== own)
    .map(([, { user }]) => (user as { name?: string } | undefined)?.name ?? '?');
}

/** Returns the messages of one direction of a WebSocket, per frame. */
export function messagesIn(link: Link, direction: Direction): Message[][] {
  return link.sent[direction].frames.filter(({ opcode }) => opcode === 2)
    .map(({ payload }) => decodeMessages(payload));
}

/** Close codes that are final, and those after which the provider reconnects. */
export const finalCodes = [
  CloseCode.unknownType,
  CloseCode.malformed,
  CloseCode.forbiddenContent,
  CloseCode.tooBig,
  CloseCode.forbidden,
  CloseCode.notFound,
  CloseCode.outdated,
];
export const passingCodes = [CloseCode.internalError, CloseCode.tryAgainLater, CloseCode.tooMany];

function lineOf(doc: Y.Doc): Y.XmlText {
  const line = contentOf(doc).get(0);
  const text = line instanceof Y.XmlElement ? line.get(0) : null;
  if (!(text instanceof Y.XmlText)) {
    throw new TypeError('Cannot type: the document has no line yet');
  }
  return text;
}

function textOf(doc: Y.Doc): string {
  return contentOf(doc).length > 0 ? lineOf(doc).toString() : '';
}

export function wordsOf(doc: Y.Doc): string[] {
  return wordsIn(textOf(doc));
}

function wordsIn(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
