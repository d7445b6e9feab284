import * as Y from 'yjs';

/** What is read of a Yjs type, whichever it is. */
export interface YjsType {
  readonly _start: Y.Item | null;
  readonly _map: ReadonlyMap<string, Y.Item>;
}

/** What a Yjs type holds, one after the other; `id` is that of its first character or element. */
export type Piece =
  & { readonly id: Y.ID }
  & (
    | { readonly type: 'text'; readonly text: string }
    | { readonly type: 'format'; readonly name: string; readonly value: unknown }
    | { readonly type: 'child'; readonly child: YjsType }
  );

/**
 * The text, formats and types in a Yjs type that are not deleted. Whatever else it holds (JSON, null,
 * binary, embedded objects, subdocuments) is no part of a text and is passed over.
 *
 * Reads the linked list of items itself, because no public way serves here. The type of a root is
 * not in an update: asking for it (`getText`) fixes it for good, and wrongly for whoever comes next.
 * And `toDelta` gathers formats in plain objects, where a key `__proto__` does harm.
 */
export function* piecesOf(type: YjsType): Generator<Piece> {
  for (let item = type._start; item !== null; item = item.right) {
    if (item.deleted) continue;
    const { content, id } = item;
    if (content instanceof Y.ContentString) {
      yield { type: 'text', id, text: content.str };
    } else if (content instanceof Y.ContentFormat) {
      yield { type: 'format', id, name: content.key, value: content.value };
    } else if (content instanceof Y.ContentType) {
      yield { type: 'child', id, child: content.type };
    }
  }
}

/** What identifies a block: the id of an item, or of a character `offset` further on in it. */
export function keyOf({ client, clock }: Y.ID, offset = 0): string {
  return `${client}-${clock + offset}`;
}

/** An attribute of an element, or a key of a map; undefined where there is none. Never inherited. */
export function attributeOf(type: YjsType, name: string): unknown {
  const item = type._map.get(name);
  return item === undefined || item.deleted ? undefined : item.content.getContent().at(-1);
}

/** All text in a type, however deep: this one does not call itself. */
export function allTextOf(type: YjsType): string {
  const parts: string[] = [];
  const open = [piecesOf(type)];
  for (let pieces = open.at(-1); pieces !== undefined; pieces = open.at(-1)) {
    const { value: piece, done } = pieces.next();
    if (done) open.pop();
    else if (piece.type === 'text') parts.push(piece.text);
    else if (piece.type === 'child') open.push(piecesOf(piece.child));
  }
  return parts.join('');
}
