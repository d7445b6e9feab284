import type { WebsocketProvider } from 'y-websocket';
import type { EdgepadProvider } from '../../../web/provider/provider.ts';
import { freshName, ourProvider, stockProvider } from '../y-client.ts';

/** Milliseconds between two words of one person. */
const typingInterval = 250;
const pollInterval = 1000;

/** Two people in one document, with our provider and with y-websocket, and readers who poll it. */
export class HonestDocument {
  readonly name = freshName();
  /** Milliseconds until a word was visible to the other person. */
  readonly typingTimes: number[] = [];
  /** Milliseconds of each answered request of a reader. */
  readonly readingTimes: number[] = [];
  /** Answers that a reader must not get. */
  readonly failures: string[] = [];
  /** Words that the other person has seen, or that are saved: they must never be missing. */
  readonly owed = new Set<string>();
  readonly #url: string;
  readonly #people: readonly [EdgepadProvider, WebsocketProvider];
  readonly #waiting = new Map<string, { readonly writer: number; readonly typedAt: number }>();
  readonly #timers: NodeJS.Timeout[] = [];
  #words = 0;

  constructor(url: string) {
    this.#url = url;
    this.#people = [ourProvider(url, this.name), stockProvider(url, this.name)];
    this.#people[0].addEventListener('status', () => this.#savedByOurs());
    for (const [index, { doc }] of this.#people.entries()) {
      doc.getText('t').observe(() => this.#wordsArrived(index));
    }
  }

  start(): void {
    for (const writer of this.#people.keys()) {
      this.#timers.push(setInterval(() => this.#type(writer), typingInterval));
    }
    this.#timers.push(setInterval(() => void this.#poll(), pollInterval));
  }

  /** Starts the measurement anew. */
  forgetTimes(): void {
    this.typingTimes.length = this.readingTimes.length = 0;
  }

  /** Stops typing and polling. */
  pause(): void {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
  }

  /** Words that are on their way, with how long. */
  get waiting(): number[] {
    return [...this.#waiting.values()].map(({ typedAt }) => performance.now() - typedAt);
  }

  /** The owed words that a new client does not find exactly once, when no word is on its way. */
  async missingWords(): Promise<string[]> {
    const newcomer = ourProvider(this.#url, this.name);
    const deadline = performance.now() + 60_000;
    while (!newcomer.synced && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const found: string[] = newcomer.doc.getText('t').toString().match(/w\d+-\d+/g) ?? [];
    newcomer.destroy();
    return [...this.owed].filter((word) => found.filter((other) => other === word).length !== 1);
  }

  leave(): void {
    this.pause();
    for (const provider of this.#people) provider.destroy();
  }

  #type(writer: number): void {
    const word = `w${writer}-${++this.#words}`;
    this.#waiting.set(word, { writer, typedAt: performance.now() });
    const text = this.#people[writer]!.doc.getText('t'); // an index of the two
    text.insert(text.length, ` ${word} `);
  }

  /** Everything that our provider shows is stored. */
  #savedByOurs(): void {
    const [{ doc, status }] = this.#people;
    if (status.state !== 'saved') return;
    for (const [word] of doc.getText('t').toString().matchAll(/w\d+-\d+/g)) this.owed.add(word);
  }

  #wordsArrived(reader: number): void {
    const text = this.#people[reader]!.doc.getText('t').toString(); // an index of the two
    for (const [word, { writer, typedAt }] of this.#waiting) {
      if (writer === reader || !text.includes(` ${word} `)) continue;
      this.#waiting.delete(word);
      this.typingTimes.push(performance.now() - typedAt);
      this.owed.add(word);
    }
  }

  async #poll(): Promise<void> {
    const start = performance.now();
    try {
      const response = await fetch(`${this.#url}/docs/${this.name}.txt`);
      await response.text();
      // 404 until the first word is stored; 503 when the service sheds load.
      const isExpected = response.ok || response.status === 404 || response.status === 503;
      if (!isExpected) this.failures.push(`a reader got ${response.status}`);
      this.readingTimes.push(performance.now() - start);
    } catch (error) {
      this.failures.push(`a reader got no answer: ${error}`);
    }
  }
}
