import type { Mark, Node } from 'prosemirror-model';
import * as Y from 'yjs';
import { contentOf, metaOf } from '../protocol/schema.ts';

/**
 * Returns the Yjs update of a new document with these lines, and with the title if there is one. The
 * editor reads it as the same lines.
 */
export function firstUpdate(lines: Node, title: string | null): Uint8Array {
  const doc = new Y.Doc();
  try {
    doc.transact(() => {
      contentOf(doc).insert(0, lines.children.map(blockOf));
      if (title !== null) metaOf(doc).set('title', title);
    });
    return Y.encodeStateAsUpdate(doc);
  } finally {
    doc.destroy();
  }
}

/** Builds a block as y-prosemirror does: adjacent texts are one `Y.XmlText`. */
function blockOf(node: Node): Y.XmlElement {
  const element = new Y.XmlElement(node.type.name);
  for (const [name, value] of Object.entries(node.attrs)) {
    if (value !== null) element.setAttribute(name, value);
  }
  const children: (Y.XmlElement | Y.XmlText)[] = [];
  let delta: object[] = [];
  const endText = () => {
    if (delta.length === 0) return;
    const text = new Y.XmlText();
    text.applyDelta(delta);
    children.push(text);
    delta = [];
  };
  node.forEach((child) => {
    if (child.isText) {
      delta.push({ insert: child.text, attributes: attributesOf(child.marks) });
    } else {
      endText();
      children.push(blockOf(child));
    }
  });
  endText();
  element.insert(0, children);
  return element;
}

function attributesOf(marks: readonly Mark[]): Record<string, object> {
  return Object.fromEntries(marks.map(({ type, attrs }) => [type.name, attrs]));
}
