import type { Random } from '../../support/random.ts';
import type { Mark } from './expected-disk.ts';
import { HttpWriter } from './http-writer.ts';

const binary = { 'content-type': 'application/octet-stream' };

/** What a workload needs of the service that it runs against. */
interface WorkloadOptions {
  readonly url: string;
  readonly random: Random;
  /** Called before each request that changes something, and after its answer. */
  readonly mark: (mark: Mark) => void;
  /** Backs up all documents. */
  readonly backUp: () => Promise<void>;
  /** Which of the actions to do, besides writing. */
  readonly actions: readonly Action[];
  /** The share of writes among all, from 0 to 1. */
  readonly writes?: number;
}

export type Action = 'delete' | 'import' | 'key' | 'backup';

/** Makes words and names unique, also across workloads. */
let count = 0;

/** Uses a service at random: writes words, and does everything else that changes its files. */
export class Workload {
  readonly #options: WorkloadOptions;
  readonly #writers = new Map<string, HttpWriter>();
  /** The acknowledged words of each document. */
  readonly #words = new Map<string, string[]>();

  constructor(options: WorkloadOptions) {
    this.#options = options;
  }

  /** Does one thing. Rejects when the service does not answer. */
  async step(): Promise<void> {
    const { random, actions, writes = 0.8 } = this.#options;
    const name = `d${random.below(3)}`;
    if (actions.length === 0 || !this.#words.has(name) || random.chance(writes)) {
      return await this.#write(name);
    }
    switch (random.pick(actions)) {
      case 'delete':
        return await this.#delete(name);
      case 'import':
        return await this.#import(name);
      case 'key':
        return await this.#key(name);
      case 'backup':
        this.#options.mark({ type: 'backing-up' });
        await this.#options.backUp();
        this.#options.mark({ type: 'backed-up' });
    }
  }

  async #write(name: string): Promise<void> {
    const { url, random, mark } = this.#options;
    const writer = this.#writers.get(name) ?? new HttpWriter(url, name);
    this.#writers.set(name, writer);
    mark({ type: 'writing', name });
    // Long words make compactions and checkpoints.
    const word = `w${++count}-${'x'.repeat(random.pick([0, 10, 1000, 30_000]))}`;
    this.#saved(name, await writer.write(word));
    if (random.chance(0.2)) this.#saved(name, await writer.poll());
  }

  #saved(name: string, words: readonly string[]): void {
    if (words.length === 0) return;
    this.#options.mark({ type: 'saved', name, words });
    this.#words.set(name, [...this.#words.get(name) ?? [], ...words]);
  }

  async #delete(name: string): Promise<void> {
    const { url, mark } = this.#options;
    mark({ type: 'deleting', name });
    await request(`${url}/docs/${name}`, { method: 'DELETE' });
    mark({ type: 'deleted', name });
    this.#writers.delete(name);
    this.#words.delete(name);
  }

  async #import(name: string): Promise<void> {
    const { url, mark } = this.#options;
    const file = await request(`${url}/docs/${name}/export`);
    const copy = `copy${++count}`;
    mark({ type: 'importing', name: copy, words: this.#words.get(name) ?? [] });
    const body = await file.arrayBuffer();
    await request(`${url}/docs/${copy}/import`, { method: 'POST', headers: binary, body });
    mark({ type: 'imported', name: copy });
  }

  async #key(name: string): Promise<void> {
    const { url, random, mark } = this.#options;
    const keys = `${url}/docs/${name}/keys`;
    const body = JSON.stringify({ role: 'view' });
    const { id } = await (await request(keys, { method: 'POST', body })).json();
    mark({ type: 'key', name, id });
    if (random.chance(0.5)) return;
    mark({ type: 'revoking', name, id });
    await request(`${keys}/${id}`, { method: 'DELETE' });
    mark({ type: 'revoked', name, id });
  }
}

/** Rejects for an answer that is not a success. */
async function request(url: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  if (!response.ok) {
    throw new Error(`${init?.method} ${url}: ${response.status} ${await response.text()}`);
  }
  return response;
}
