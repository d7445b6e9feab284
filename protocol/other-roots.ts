import * as Y from 'yjs';

/** `data` is any content. `text` is a text, which another editor has written. */
export type ContentKind = 'text' | 'data';

/**
 * The names of roots that are not ours and not empty. A paragraph without text counts as empty: other
 * editors write one when they open a document. Reads the items of Yjs, as `doc.get` would fix the types
 * of the roots.
 */
export function otherRoots(doc: Y.Doc, kind: ContentKind): string[] {
  return [...doc.share].filter(([name, root]) =>
    name !== 'lines' && name !== 'meta' && hasContent(root, kind)
  ).map(([name]) => name);
}

function hasContent(root: { readonly _start: Y.Item | null }, kind: ContentKind): boolean {
  const open = itemsIn(root, kind);
  for (let item = open.pop(); item !== undefined; item = open.pop()) {
    if (item === null) continue;
    open.push(item.right);
    if (item.deleted) continue;
    const { content } = item;
    if (content instanceof Y.ContentType) {
      // The attributes of an element are no content.
      const isElement = content.type instanceof Y.XmlElement || content.type instanceof Y.XmlText;
      open.push(...itemsIn(content.type, isElement ? 'text' : kind));
    } else if (kind === 'text' ? content instanceof Y.ContentString : item.countable) {
      return true;
    }
  }
  return false;
}

function itemsIn(type: object, kind: ContentKind): (Y.Item | null)[] {
  const { _start, _map } = type as Y.XmlElement;
  return kind === 'text' ? [_start] : [_start, ..._map.values()];
}
