import * as Y from 'yjs';
import { limits } from '../../../../protocol/limits.ts';
import { collectGarbage, loadDocument } from '../../log/load-document.ts';
import { BlockCache } from '../blocks/block-cache.ts';
import { type DocumentContent, readDocument } from '../formats.ts';

/** A document in memory that follows its log. The next version then costs what has changed. */
export class LoadedDocument {
  version: number;
  readonly #doc: Y.Doc;
  readonly #cache: BlockCache;
  /** Bytes of updates since garbage was collected. */
  #uncollectedBytes = 0;
  /** Null until this version is read. */
  #content: DocumentContent | null = null;

  /** Loads the updates of a log up to a version. Throws what Yjs throws. */
  constructor(updates: readonly Uint8Array[], version: number) {
    this.version = version;
    this.#doc = loadDocument(updates);
    this.#cache = new BlockCache(this.#doc);
  }

  get content(): DocumentContent {
    return this.#content ??= readDocument(this.#doc, this.#cache);
  }

  /** Applies the updates that lead to a later version. */
  apply(updates: readonly Uint8Array[], version: number): void {
    this.#doc.transact(() => {
      for (const update of updates) Y.applyUpdate(this.#doc, update);
    });
    for (const update of updates) this.#uncollectedBytes += update.length;
    if (this.#uncollectedBytes > limits.tailBytes) {
      collectGarbage(this.#doc);
      this.#uncollectedBytes = 0;
    }
    this.version = version;
    this.#content = null;
  }

  destroy(): void {
    this.#doc.destroy();
  }
}
