import * as Y from 'yjs';

/** The title as a string, which programs write that do not merge titles. */
export const titleKey = 'title';
/** The value of {@link titleKey} when the characters were written last. */
export const mergedTitleKey = 'mergedTitle';
/** In UTF-16 units. Other programs can write longer titles, which would block the page. */
export const maxTitleLength = 200;

/** The private fields of a Yjs type, which are readable before the type of a root is known. */
interface MetaItems {
  readonly _start: Y.Item | null;
  readonly _map: ReadonlyMap<string, Y.Item>;
}

/**
 * The title of a document, or null. The root `meta` has the title's characters in order, so that the
 * edits of several people merge, and the title as a string under the key `title`. A program that
 * writes the key only, such as an older editor, has the last word: the characters count while
 * `mergedTitle` equals `title`, because both are written with them.
 */
export function titleIn(meta: MetaItems): string | null {
  const title = valueOf(meta, titleKey);
  if (typeof title !== 'string') return null;
  return hasMergedTitle(meta) ? charactersOf(meta) : title;
}

/** Whether the characters in `meta` are the title. */
export function hasMergedTitle(meta: MetaItems): boolean {
  const title = valueOf(meta, titleKey);
  return title === valueOf(meta, mergedTitleKey) && (!title || !titleItems(meta).next().done);
}

/** The title's characters in `meta`. */
export function charactersOf(meta: MetaItems): string {
  return [...titleItems(meta)].map(({ content }) => content.str).join('');
}

/** Yields the items of the title's characters that are not deleted, in order. */
export function* titleItems(
  meta: MetaItems,
): Generator<Y.Item & { readonly content: Y.ContentString }> {
  for (let item = meta._start; item !== null; item = item.right) {
    if (!item.deleted && item.content instanceof Y.ContentString) {
      yield item as Y.Item & { readonly content: Y.ContentString };
    }
  }
}

/** The first {@link maxTitleLength} units of a title, without half a character at the end. */
export function shortTitle(title: string): string {
  return title.slice(0, maxTitleLength).replace(/[\uD800-\uDBFF]$/, '');
}

function valueOf({ _map }: MetaItems, key: string): unknown {
  const item = _map.get(key);
  return item === undefined || item.deleted ? undefined : item.content.getContent().at(-1);
}
