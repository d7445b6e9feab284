import * as Y from 'yjs';
import { contentOf } from '../../../protocol/schema.ts';
import { findUnsupportedContent } from './unsupported-content.ts';

/** Where other editors keep their text: Tiptap, y-prosemirror's samples, CodeMirror, Lexical, … */
const rootsOfOthers = [
  'default',
  'prosemirror',
  'content',
  'quill',
  'codemirror',
  'monaco',
  'root',
];

/**
 * Why a document can only be read here, in words for "It holds …", or null where the editor may be
 * mounted on it: see `unknownContent`, and beside that documents which another editor has written
 * in a place of its own. Here they would look empty.
 */
export function unsupportedTextIn(doc: Y.Doc): string | null {
  const content = contentOf(doc);
  if (content.length > 0) return findUnsupportedContent(content);
  const root = rootsOfOthers.find((name) => {
    const type = doc.share.get(name);
    return type !== undefined && holdsText(type);
  });
  return root === undefined ? null : `a text written with another editor (in "${root}")`;
}

/**
 * Whether there is a character in a type, however deep. An empty paragraph is none: stock editors
 * write one as soon as they look at a document. Reads Yjs's own list of items, as asking for a root
 * in the usual way would decide what kind of root it is.
 */
function holdsText(type: { readonly _start: Y.Item | null }): boolean {
  const open = [type._start];
  for (let item = open.pop(); item !== undefined; item = open.pop()) {
    if (item === null) continue;
    open.push(item.right);
    if (item.deleted) continue;
    if (item.content instanceof Y.ContentString) return true;
    if (item.content instanceof Y.ContentType) open.push(item.content.type._start);
  }
  return false;
}
