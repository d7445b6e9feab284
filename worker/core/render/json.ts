import type * as Y from 'yjs';
import { blocksOf } from './blocks.ts';
import { flatten } from './flatten.ts';
import { plainText } from './plain-text.ts';
import { givenTitleOf } from './root.ts';
import type { Block, Content, FlatBlock } from './tree.ts';

/** A node as ProseMirror's `Node.fromJSON` reads it. Attributes that have their default are absent. */
export interface JsonNode {
  readonly type: string;
  readonly attrs?: Readonly<Record<string, string | number | boolean>>;
  readonly content?: readonly JsonNode[];
  readonly text?: string;
  readonly marks?: readonly JsonMark[];
}

export interface JsonMark {
  readonly type: string;
  readonly attrs?: Readonly<Record<string, string>>;
}

/**
 * A document as ProseMirror JSON of our schema, also where another editor wrote it. A title it was
 * given stands in `attrs`, where ProseMirror, whose schema has none for it, passes over it.
 */
export function renderJson(doc: Y.Doc, blocks: readonly Block[] = blocksOf(doc)): JsonNode {
  const content = flatten(blocks).map(nodeOf);
  const title = givenTitleOf(doc);
  return {
    type: 'doc',
    ...(title && { attrs: { title: plainText(title) } }),
    // The schema wants one block at least.
    content: content.length > 0 ? content : [{ type: 'paragraph' }],
  };
}

function nodeOf(block: FlatBlock): JsonNode {
  switch (block.type) {
    case 'line': {
      const { kind, indent, checked, content } = block;
      return node('paragraph', {
        kind: kind === 'text' ? null : kind,
        indent,
        checked,
      }, contentOf(content));
    }
    case 'codeBlock': {
      const { language, indent, text } = block;
      return node('codeBlock', { language, indent }, text === '' ? [] : [{ type: 'text', text }]);
    }
    case 'image': {
      const { src, alt, title, indent } = block;
      return node('image', { src, alt, title, indent }, []);
    }
    case 'rule':
      return { type: 'horizontalRule' };
  }
}

/** A node; null, 0, false and empty text are the defaults of our schema and are left out. */
function node(
  type: string,
  attributes: Readonly<Record<string, string | number | boolean | null>>,
  content: readonly JsonNode[],
): JsonNode {
  const attrs: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(attributes)) if (value) attrs[name] = value;
  return {
    type,
    ...(Object.keys(attrs).length > 0 && { attrs }),
    ...(content.length > 0 && { content }),
  };
}

function contentOf(content: Content): JsonNode[] {
  return content.map((inline) => {
    if (inline.type === 'hardBreak') return inline;
    const marks = inline.marks.map((mark) =>
      mark.type === 'link' ? { type: 'link', attrs: { href: mark.href } } : { type: mark.type }
    );
    return { type: 'text', text: inline.text, ...(marks.length > 0 && { marks }) };
  });
}
