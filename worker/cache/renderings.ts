import type { Format, RenderResult } from '../core/render/reader.ts';

export type CachedResult = RenderResult & {
  /** For how many milliseconds it is not worth asking again. */
  readonly wait: number;
  /** Whether the document was left alone. */
  readonly isHit: boolean;
};

/** What is asked of a document by those who read it. */
export interface ReadableDocument {
  read(format: Format, knownTags: readonly string[]): Promise<RenderResult>;
  changes(since: string | null): Promise<RenderResult>;
}

/** One document as the reading routes see it. */
export interface Renderings {
  /**
   * The document in a format, unless the reader has it. With `isExact` it is the newest there is;
   * else it may be a moment old.
   */
  read(format: Format, knownTags: readonly string[], isExact: boolean): Promise<CachedResult>;
  /** What has changed since an edition, as JSON of `Changes`; everything for null. */
  changes(since: string | null): Promise<CachedResult>;
}

/** Each question goes to the document: for answers that nobody else may get. */
export class DirectRenderings implements Renderings {
  readonly #document: ReadableDocument;

  constructor(document: ReadableDocument) {
    this.#document = document;
  }

  async read(format: Format, knownTags: readonly string[]): Promise<CachedResult> {
    return withWait(await this.#document.read(format, knownTags));
  }

  async changes(since: string | null): Promise<CachedResult> {
    return withWait(await this.#document.changes(since));
  }
}

/** Who has just got something new may soon get more. */
function withWait(reading: RenderResult): CachedResult {
  return { ...reading, wait: reading.status === 'read' ? 1_000 : 5_000, isHit: false };
}
