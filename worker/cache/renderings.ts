import type { OperationOf } from '../core/operations/operations.ts';
import type { ReaderFormat, RenderResult } from '../core/render/reader.ts';
import { renderingUnavailable } from '../http/problem.ts';

type AvailableResult = Exclude<RenderResult, { readonly status: 'unavailable' }>;

export type CachedResult = AvailableResult & {
  /** How long this result stays the same, in milliseconds: an earlier request is of no use. */
  readonly wait: number;
  /** Whether it came from the cache. */
  readonly isHit: boolean;
};

/** A document as the caches use it. */
export interface ReadableDocument {
  call(operation: OperationOf<'read'> | OperationOf<'changes'>): Promise<RenderResult>;
}

/** Throws a Problem for a document that could not be rendered. */
export function requireAvailable(result: RenderResult): AvailableResult {
  if (result.status === 'unavailable') throw renderingUnavailable(result.retryAfter);
  return result;
}

/** The renderings of one document. */
export interface Renderings {
  /**
   * Renders the document unless `knownTags` contains its current tag. With `fresh` the result is
   * current; otherwise it may be some seconds old.
   */
  read(
    format: ReaderFormat,
    knownTags: readonly string[],
    options: { readonly fresh: boolean },
  ): Promise<CachedResult>;
  /**
   * What changed since a revision, as JSON of `Changes`; the whole document for null. `fresh` as for
   * {@link read}.
   */
  changes(since: string | null, options: { readonly fresh: boolean }): Promise<CachedResult>;
}

/** Calls the document each time: for results that no one else may get. */
export class DirectRenderings implements Renderings {
  readonly #document: ReadableDocument;

  constructor(document: ReadableDocument) {
    this.#document = document;
  }

  async read(format: ReaderFormat, knownTags: readonly string[]): Promise<CachedResult> {
    return withWait(await this.#document.call({ type: 'read', format, knownTags }));
  }

  async changes(since: string | null): Promise<CachedResult> {
    return withWait(await this.#document.call({ type: 'changes', since }));
  }
}

/** After a change another one is likely soon. */
function withWait(rendered: RenderResult): CachedResult {
  const result = requireAvailable(rendered);
  return { ...result, wait: result.status === 'read' ? 1_000 : 5_000, isHit: false };
}
