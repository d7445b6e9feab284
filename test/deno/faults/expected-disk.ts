import assert from 'node:assert/strict';
import { readSettings } from '../../../worker/access/settings.ts';
import { readDocumentFile } from '../../../worker/core/archive/document-reader.ts';
import { verifyFile } from '../../../worker/core/archive/verify-file.ts';
import type { Documents } from '../../../worker/deno/documents.ts';
import { startService } from '../../../worker/deno/service.ts';
import { wordsIn } from './http-writer.ts';

/** What a test has requested from a service, or seen answered. */
export type Mark =
  | { readonly type: 'writing'; readonly name: string }
  | { readonly type: 'saved'; readonly name: string; readonly words: readonly string[] }
  | { readonly type: 'deleting'; readonly name: string }
  | { readonly type: 'deleted'; readonly name: string }
  /** A restart has shown that a document does not exist. */
  | { readonly type: 'gone'; readonly name: string }
  | { readonly type: 'importing'; readonly name: string; readonly words: readonly string[] }
  | { readonly type: 'imported'; readonly name: string }
  | { readonly type: 'key'; readonly name: string; readonly id: string }
  | { readonly type: 'revoking'; readonly name: string; readonly id: string }
  | { readonly type: 'revoked'; readonly name: string; readonly id: string }
  | { readonly type: 'backing-up' }
  | { readonly type: 'backed-up' };

interface ExpectedDocument {
  /** Whether it may exist, and whether it must. */
  may: boolean;
  must: boolean;
  wasDeleted: boolean;
  /** Whether an import creates it. */
  isImported: boolean;
  /** What it contains if it exists. */
  words: Set<string>;
  keys: Set<string>;
  revoked: Set<string>;
}

interface DiskCheck {
  /** How many words were checked. */
  readonly words: number;
  /** The documents that may exist and do not. */
  readonly gone: readonly string[];
}

const operator = { kind: 'open' } as const;

/** What a disk must contain after a crash, by the answers that were received before. */
export class ExpectedDisk {
  readonly #documents = new Map<string, ExpectedDocument>();
  /** The words in each document when the last backup began, and when the last finished one did. */
  #backingUp = new Map<string, ReadonlySet<string>>();
  #backedUp = new Map<string, ReadonlySet<string>>();

  add(mark: Mark): void {
    if (mark.type === 'backing-up') {
      this.#backingUp = new Map(
        [...this.#documents].filter(([, { must }]) => must)
          .map(([name, { words }]) => [name, new Set(words)]),
      );
      return;
    }
    if (mark.type === 'backed-up') {
      for (const [name, words] of this.#backingUp) this.#backedUp.set(name, words);
      return;
    }
    const document = this.#documents.get(mark.name) ?? newDocument();
    this.#documents.set(mark.name, document);
    switch (mark.type) {
      case 'writing':
        document.may = true;
        return;
      case 'saved':
        document.must = true;
        for (const word of mark.words) document.words.add(word);
        return;
      case 'deleting':
        document.must = false;
        // An older backup stays.
        this.#backingUp.delete(mark.name);
        this.#backedUp.delete(mark.name);
        return;
      case 'deleted':
        this.#documents.set(mark.name, { ...newDocument(), wasDeleted: true });
        return;
      case 'gone':
        this.#documents.set(mark.name, {
          ...newDocument(),
          wasDeleted: document.wasDeleted || hasContent(document),
        });
        return;
      case 'importing':
        document.may = document.isImported = true;
        document.words = new Set(mark.words);
        return;
      case 'imported':
        document.must = true;
        return;
      case 'key':
        document.keys.add(mark.id);
        return;
      case 'revoking':
        document.keys.delete(mark.id);
        return;
      case 'revoked':
        document.revoked.add(mark.id);
    }
  }

  /** Throws unless the documents and backups are as expected. */
  check(documents: Documents, backups: string): DiskCheck {
    let checked = 0;
    const gone: string[] = [];
    for (const [name, expected] of this.#documents) {
      const { pieces, keys, unreadable, wasDeleted } = documents.get(name).use((document) => ({
        pieces: document.call(operator, { type: 'export' }),
        keys: document.call(operator, { type: 'list-keys' }),
        unreadable: document.unreadableUpdates,
        wasDeleted: document.wasDeleted,
      }));
      if (expected.wasDeleted) assert.ok(wasDeleted, `${name} has lost its tombstone`);
      if ('status' in pieces) {
        assert.ok(!expected.must, `${name} is missing`);
        if (hasContent(expected)) assert.ok(wasDeleted, `${name} is gone without a tombstone`);
        gone.push(name);
        continue;
      }
      assert.ok(expected.may, `${name} was deleted and is back`);
      assert.equal(unreadable, 0, `${name} has damaged updates`);
      checked += checkWords(name, pieces, expected.words);
      assert.ok(Array.isArray(keys));
      const ids = new Set(keys.map(({ id }) => id));
      for (const id of expected.keys) assert.ok(ids.has(id), `${name} has lost a key`);
      for (const id of expected.revoked) assert.ok(!ids.has(id), `${name} has a revoked key again`);
    }
    for (const [name, words] of this.#backedUp) {
      checked += checkWords(`The backup of ${name}`, [
        Deno.readFileSync(`${backups}/${name}+.edgepad`),
      ], words);
    }
    return { words: checked, gone };
  }
}

/** Starts a service on a disk as a crash left it, and compares it with what was answered before. */
export async function checkDisk(disk: string, expected: ExpectedDisk): Promise<DiskCheck> {
  const service = await startService({
    host: '127.0.0.1',
    port: 0,
    proxies: [],
    web: 'none',
    settings: readSettings({ EDGEPAD_OPEN: 'loopback' }),
    data: `${disk}/data`,
  });
  try {
    return expected.check(service.documents, `${disk}/backup`);
  } finally {
    await service.stop();
  }
}

function newDocument(): ExpectedDocument {
  return {
    may: false,
    must: false,
    wasDeleted: false,
    isImported: false,
    words: new Set(),
    keys: new Set(),
    revoked: new Set(),
  };
}

/** Whether a document was there, so that it is gone only if it was deleted. */
function hasContent({ words, isImported }: ExpectedDocument): boolean {
  return words.size > 0 && !isImported;
}

function checkWords(
  what: string,
  file: readonly Uint8Array[],
  expected: ReadonlySet<string>,
): number {
  verifyFile(file);
  const counts = new Map<string, number>();
  for (const word of wordsIn(readDocumentFile(file).updates)) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  for (const word of expected) {
    assert.equal(counts.get(word) ?? 0, 1, `How often ${what} has "${word.slice(0, 20)}"`);
  }
  return expected.size;
}
