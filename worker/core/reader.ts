import { loadDocument } from './compaction.ts';
import { renderers } from './render/renderers.ts';
import { titleOf } from './render/title.ts';
import type { UpdateLog } from './update-log.ts';

/** What a document can be read as; `blocks` is what the viewer page polls. */
export type Format = 'html' | 'md' | 'txt' | 'json' | 'blocks';

/** Among the tags a reader knows: whatever there is, it needs no copy of it. */
export const anyTag = '*';

/** What a reader gets. */
export type Reading =
  /** Nothing was ever stored under this name. */
  | { readonly status: 'missing' }
  /** The reader has this version already. */
  | { readonly status: 'unchanged'; readonly tag: string }
  | {
    readonly status: 'read';
    /** Names this content for ever: the version and the epoch. An ETag without its quotes. */
    readonly tag: string;
    readonly title: string;
    readonly body: string;
  };

/**
 * Reads a document for those who only look. They get renderings, never the CRDT's history, so text
 * that was deleted does not leak. That nothing is new is known from the version alone; else a `Y.Doc`
 * is built once for each version and format, however many ask.
 */
export class Reader {
  readonly #log: UpdateLog;
  #version = -1;
  readonly #readings = new Map<Format, Reading>();

  constructor(log: UpdateLog) {
    this.#log = log;
  }

  read(format: Format, knownTags: readonly string[]): Reading {
    if (!this.#log.exists) return { status: 'missing' };
    const tag = `${this.#log.version}.${this.#log.epoch}`;
    if (knownTags.includes(tag) || knownTags.includes(anyTag)) return { status: 'unchanged', tag };
    if (this.#version !== this.#log.version) {
      this.#readings.clear();
      this.#version = this.#log.version;
    }
    const reading = this.#readings.get(format) ?? this.#render(format, tag);
    this.#readings.set(format, reading);
    return reading;
  }

  #render(format: Format, tag: string): Reading {
    const doc = loadDocument(this.#log.everything());
    try {
      const title = titleOf(doc);
      return { status: 'read', tag, title, body: renderers[format](doc, title) };
    } finally {
      doc.destroy();
    }
  }
}
