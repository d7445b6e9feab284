import * as Y from 'yjs';
import { titleIn } from '../../../protocol/text/title.ts';

/** The fields that all shared types have, whatever their class. */
export interface YjsType {
  readonly _start: Y.Item | null;
  readonly _map: ReadonlyMap<string, Y.Item>;
}

/** A piece of the content of a shared type. `id` is that of its first character or of the child. */
export type Piece =
  & { readonly id: Y.ID }
  & (
    | { readonly type: 'text'; readonly text: string }
    | { readonly type: 'format'; readonly name: string; readonly value: unknown }
    | { readonly type: 'child'; readonly child: YjsType }
    /** A plain value in a text, such as an image of Quill. */
    | { readonly type: 'embed'; readonly value: unknown }
  );

/**
 * Where the text of a document is, and its form: elements of XML, texts within texts (Slate, Lexical), a
 * text with formats (Quill), or a plain text.
 */
export interface Root {
  readonly type: YjsType;
  readonly form: 'elements' | 'nested-text' | 'rich-text' | 'plain-text';
}

/**
 * The roots that may contain the text of a document: ours, then those of Tiptap, BlockNote, the
 * y-prosemirror examples, Slate, Lexical, Quill, CodeMirror and Monaco. Roots of other names are not
 * shown: they may hold data that is not meant for readers.
 */
const rootNames = [
  'lines',
  'default',
  'document-store',
  'prosemirror',
  'content',
  'slate',
  'root',
  'quill',
  'codemirror',
  'monaco',
];

/** The roots in which Slate and Lexical store their nodes. */
const nestedTextRoots: ReadonlySet<string> = new Set(['content', 'slate', 'root']);

/**
 * Yields the text, formats, embeds and child types that are not deleted. Skips other content (JSON, null,
 * binary, subdocuments), which is not part of a text.
 *
 * It reads Yjs' private linked list, because the public methods do not fit. An update does not contain
 * the type of a root: to ask for it (`getText`) sets it for good, perhaps to the wrong one. And
 * `toDelta` collects formats in plain objects, where a format named `__proto__` sets the prototype.
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
    } else if (content instanceof Y.ContentEmbed) {
      yield { type: 'embed', id, value: content.embed };
    }
  }
}

/** The key of a block: the id of an item, or of the character at `offset` in it. */
export function keyOf({ client, clock }: Y.ID, offset = 0): string {
  return `${client}-${clock + offset}`;
}

/** An attribute of an element, or a value of a map. Undefined when missing. Never inherited. */
export function attributeOf(type: YjsType, name: string): unknown {
  const item = type._map.get(name);
  return item === undefined || item.deleted ? undefined : item.content.getContent().at(-1);
}

/** All text inside a type at any depth. Does not recurse. */
export function deepText(type: YjsType): string {
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

/** Whether a type can contain text. Maps and arrays inside a text are data of an application. */
export function holdsText(type: YjsType): boolean {
  return type instanceof Y.XmlFragment || type instanceof Y.Text;
}

export function isElement(type: YjsType, name: string): type is Y.XmlElement {
  return elementNameOf(type) === name;
}

/**
 * The name of an element in camelCase, or null for another type. Editors built on ProseMirror's basic
 * schema use snake_case.
 */
export function elementNameOf(type: YjsType): string | null {
  if (!(type instanceof Y.XmlElement)) return null;
  return type.nodeName.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * The first root with content, or null for an empty document. Its form is known from its content. Does
 * not create a root or set its type.
 */
export function rootOf(doc: Y.Doc): Root | null {
  for (const name of rootNames) {
    const type = doc.share.get(name);
    const form = type && formOf(type, name);
    if (form) return { type, form };
  }
  return null;
}

/** The form of a root with content; null for an empty one. */
function formOf(type: YjsType, name: string): Root['form'] | null {
  let form: Root['form'] | null = null;
  for (const piece of piecesOf(type)) {
    if (piece.type === 'child') {
      if (piece.child instanceof Y.XmlElement) return 'elements';
      if (piece.child instanceof Y.XmlText) {
        return nestedTextRoots.has(name) || isTyped(piece.child) ? 'nested-text' : 'elements';
      }
      if (holdsText(piece.child)) return 'elements';
    } else if (piece.type === 'text') {
      form ??= 'plain-text';
    } else {
      form = 'rich-text';
    }
  }
  return form;
}

/** Whether a text is a node of Slate or Lexical: they store its type as an attribute. */
function isTyped(text: YjsType): boolean {
  return ['type', '__type'].some((name) => typeof attributeOf(text, name) === 'string');
}

/** The title of a document that an author has set, or null. */
export function storedTitleOf(doc: Y.Doc): string | null {
  const meta = doc.share.get('meta');
  return meta ? titleIn(meta) : null;
}

/** A setting of a document that an author has set, or null. */
export function settingOf(doc: Y.Doc, name: 'language'): string | null {
  const meta = doc.share.get('meta');
  const value = meta && attributeOf(meta, name);
  return typeof value === 'string' ? value : null;
}
