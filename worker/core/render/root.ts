import type * as Y from 'yjs';
import { holdsText } from './inline.ts';
import { attributeOf, piecesOf, type YjsType } from './yjs-pieces.ts';

/**
 * The roots a document may have its text in, ours first, then those of other editors: Tiptap, the
 * samples of y-prosemirror, CodeMirror, Quill, Monaco. Roots of other names are not shown: nobody
 * said that what an application keeps there is for readers.
 */
const rootNames = ['lines', 'default', 'prosemirror', 'content', 'quill', 'codemirror', 'monaco'];

/** Where a document's text is, and whether it is rich or only text. */
export interface Root {
  readonly type: YjsType;
  readonly isPlainText: boolean;
}

/**
 * The first root that has something in it, or null for an empty document. The kind of a root is told
 * from what is in it, and no root is created or given a type by looking.
 */
export function rootOf(doc: Y.Doc): Root | null {
  for (const name of rootNames) {
    const type = doc.share.get(name);
    if (type === undefined) continue;
    let hasText = false;
    for (const piece of piecesOf(type)) {
      if (piece.type === 'child' && holdsText(piece.child)) return { type, isPlainText: false };
      hasText ||= piece.type === 'text';
    }
    if (hasText) return { type, isPlainText: true };
  }
  return null;
}

/** The title somebody gave the document; null where there is none. */
export function givenTitleOf(doc: Y.Doc): string | null {
  const meta = doc.share.get('meta');
  const title = meta && attributeOf(meta, 'title');
  return typeof title === 'string' ? title : null;
}
