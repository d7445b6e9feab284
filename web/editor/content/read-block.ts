import type { Mark, Node } from 'prosemirror-model';
import * as Y from 'yjs';
import { schema } from '../../../protocol/schema.ts';
import type { Formats } from './item-edits.ts';

/**
 * Converts a block to its ProseMirror node. Throws a `RangeError` or `TypeError` for content that
 * the schema does not allow: check first with `findUnsupportedContent`.
 */
export function readBlock(block: unknown): Node {
  if (!(block instanceof Y.XmlElement)) {
    throw new TypeError('Cannot show content: it contains an object outside a line');
  }
  const children = block.toArray().flatMap((child) =>
    child instanceof Y.XmlText ? readText(child) : [readBlock(child)]
  );
  return schema.node(block.nodeName, block.getAttributes(), children);
}

function readText(text: Y.XmlText): Node[] {
  const parts: { insert: unknown; attributes?: Record<string, never> }[] = text.toDelta();
  return parts.map(({ insert, attributes = {} }) => {
    if (typeof insert !== 'string') {
      throw new TypeError('Cannot show content: it contains an object within text');
    }
    const marks = Object.entries(attributes).map(([name, value]) => schema.mark(name, value));
    return schema.text(insert, marks);
  });
}

/** The marks of a node as Yjs stores them. */
export function formatsOf(marks: readonly Mark[]): Formats {
  return Object.fromEntries(marks.map(({ type, attrs }) => [type.name, attrs]));
}
