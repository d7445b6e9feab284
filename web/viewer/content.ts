/** One top-level block: a single element, written by the service's own serializer. */
export interface Block {
  readonly key: string;
  readonly html: string;
}

export interface Content {
  /** Names this content; what the next poll says it has. */
  readonly version: string;
  readonly title: string;
  readonly blocks: readonly Block[];
}

export type Answer =
  | { readonly type: 'changed'; readonly content: Content }
  | { readonly type: 'unchanged' }
  /** There is no such document any more, or not for this reader. Asking again does not help. */
  | { readonly type: 'gone' };

/**
 * Asks for the content of a document, unless it is still of this version. Throws a `TypeError` when
 * the service cannot be reached, and an `Error` when it answers what is no content.
 */
export async function fetchContent(
  source: string,
  version: string,
  signal: AbortSignal,
): Promise<Answer> {
  const response = await fetch(source, {
    headers: { 'accept': 'application/json', 'if-none-match': `"${version}"` },
    // The browser's own cache would answer a 304 with what it has, as if it were new.
    cache: 'no-store',
    signal,
  });
  if (response.status === 304) return { type: 'unchanged' };
  if ([401, 403, 404, 410].includes(response.status)) return { type: 'gone' };
  const tag = /^(?:W\/)?"(.*)"$/.exec(response.headers.get('etag') ?? '')?.[1];
  if (!response.ok || tag === undefined) {
    throw new Error(`Cannot read document: status ${response.status}`);
  }
  const { title, blocks }: Omit<Content, 'version'> = await response.json();
  if (typeof title !== 'string' || !Array.isArray(blocks)) {
    throw new Error('Cannot read document: the answer holds none');
  }
  return { type: 'changed', content: { version: tag, title, blocks } };
}
