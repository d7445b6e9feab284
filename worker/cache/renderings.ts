import type { Format, Reading } from '../core/render/reader.ts';

export type Look = Reading & {
  /** For how many milliseconds it is not worth asking again. */
  readonly wait: number;
  /** Whether the document was left alone. */
  readonly isHit: boolean;
};

/** What is asked of a document by those who read it. */
export interface ReadableDocument {
  read(format: Format, knownTags: readonly string[]): Promise<Reading>;
  changes(since: string | null): Promise<Reading>;
}

/** One document as the reading routes see it. */
export interface Readings {
  /**
   * The document in a format, unless the reader has it. With `isExact` it is the newest there is;
   * else it may be a moment old.
   */
  read(format: Format, knownTags: readonly string[], isExact: boolean): Promise<Look>;
  /** What has changed since an edition, as JSON of `Changes`; everything for null. */
  changes(since: string | null): Promise<Look>;
}

/** Each question goes to the document: for answers that nobody else may get. */
export class DirectReadings implements Readings {
  readonly #document: ReadableDocument;

  constructor(document: ReadableDocument) {
    this.#document = document;
  }

  async read(format: Format, knownTags: readonly string[]): Promise<Look> {
    return withWait(await this.#document.read(format, knownTags));
  }

  async changes(since: string | null): Promise<Look> {
    return withWait(await this.#document.changes(since));
  }
}

/** Who has just got something new may soon get more. */
function withWait(reading: Reading): Look {
  return { ...reading, wait: reading.status === 'read' ? 1_000 : 5_000, isHit: false };
}
