import type { MarkType } from 'prosemirror-model';
import * as Y from 'yjs';
import { contentOf, schema } from '../../../protocol/schema.ts';

/** Where other editors store their text: Tiptap, y-prosemirror's samples, CodeMirror, Lexical, … */
const otherRoots = [
  'default',
  'prosemirror',
  'content',
  'quill',
  'codemirror',
  'monaco',
  'root',
];

/**
 * Describes content that the editor does not support, such as `the block "table"`; null if there is
 * none. Do not mount the editor unless this is null: its binding deletes unsupported content, text
 * included, for all authors.
 *
 * If the content is empty, the text of another editor counts too. This editor would show an empty
 * document.
 */
export function findUnsupportedContent(doc: Y.Doc): string | null {
  const content = contentOf(doc);
  if (content.length > 0) return firstFound(childrenOf(content).map(checkBlock));
  const root = otherRoots.find((name) => {
    const type = doc.share.get(name);
    return type !== undefined && hasText(type);
  });
  return root === undefined ? null : `a text written with another editor (in "${root}")`;
}

/**
 * Watches content that is supported. Calls `onFound` once, with the description of the first
 * unsupported content that arrives, before the binding sees it. Returns a function that stops
 * watching.
 */
export function watchForUnsupportedContent(
  content: Y.XmlFragment,
  onFound: (description: string) => void,
): () => void {
  const { doc } = content;
  if (!doc) throw new TypeError('Cannot watch content: it is not part of a document');
  const supported = new WeakSet<object>(content.toArray());
  const check = (transaction: Y.Transaction) => {
    const description = firstFound([...transaction.changed.keys()].map((type) => {
      if (!Object.is(type, content)) {
        const block = blockAround(type, content);
        return block && checkBlock(block);
      }
      return firstFound(
        childrenOf(content).filter((block) => !supported.has(block as object)).map((block) => {
          const found = checkBlock(block);
          // An unsupported block may be no object, and cannot be added. The watch ends here anyway.
          if (found === null) supported.add(block as object);
          return found;
        }),
      );
    }));
    if (description === null) return;
    stop();
    onFound(description);
  };
  const stop = () => doc.off('beforeObserverCalls', check);
  doc.on('beforeObserverCalls', check);
  return stop;
}

type AnyType = Parameters<Y.Transaction['changed']['get']>[0];

function firstFound(descriptions: (string | null)[]): string | null {
  return descriptions.find((description) => description !== null) ?? null;
}

/** The block of the content that contains this type, or null if it is elsewhere or deleted. */
function blockAround(type: AnyType, content: Y.XmlFragment): AnyType | null {
  let around: AnyType | null = type;
  while (around && !Object.is(around.parent, content)) around = around.parent;
  return around;
}

/** The types of Yjs promise elements and texts. Other clients may insert any type and any value. */
function childrenOf(parent: Y.XmlFragment): readonly unknown[] {
  return parent.toArray();
}

function checkBlock(block: unknown): string | null {
  if (!(block instanceof Y.XmlElement)) {
    const isText = block instanceof Y.Text || typeof block === 'string';
    return isText ? 'text outside of a line' : 'an object outside of a line';
  }
  const type = schema.nodes[block.nodeName as keyof typeof schema.nodes];
  if (!type || !type.isInGroup('block')) return `the block "${block.nodeName}"`;
  return checkAttributes(block, type.spec.attrs) ??
    firstFound(childrenOf(block).map((child) => checkInline(child, block.nodeName)));
}

function checkInline(child: unknown, blockName: string): string | null {
  if (child instanceof Y.XmlText) {
    if (blockName === 'paragraph') return checkText(child, schema.marks);
    if (blockName === 'codeBlock') return checkText(child, {});
    return `text in "${blockName}"`;
  }
  if (!(child instanceof Y.XmlElement)) return 'an embedded object';
  const isSupported = child.nodeName === 'hardBreak' && blockName === 'paragraph';
  if (!isSupported || child.length > 0) return `"${child.nodeName}" in "${blockName}"`;
  return checkAttributes(child, {});
}

function checkAttributes(element: Y.XmlElement, supported: object = {}): string | null {
  const found = Object.entries(element.getAttributes()).find(([name, value]) =>
    !Object.hasOwn(supported, name) || !isPrimitive(value)
  );
  return found ? `the attribute "${found[0]}" of "${element.nodeName}"` : null;
}

function checkText(text: Y.XmlText, marks: Readonly<Record<string, MarkType>>): string | null {
  const delta: { insert: unknown; attributes?: object }[] = text.toDelta();
  let length = 0;
  for (const { insert, attributes } of delta) {
    if (typeof insert !== 'string') return 'an object within text';
    length += insert.length;
    const found = Object.entries(attributes ?? {}).find(([name, value]) =>
      !Object.hasOwn(marks, name) || !isMarkValue(value, marks[name])
    );
    if (found) return `the mark "${found[0]}"`;
  }
  // A delta omits values that are neither text nor embeds. The positions of all clients count them.
  if (length < text.length) return 'an object within text';
  const [name] = Object.keys(text.getAttributes());
  return name === undefined ? null : `the attribute "${name}" of a text`;
}

/**
 * Whether the editor preserves this value. A type of Yjs or an object may hold more than it reads.
 */
function isPrimitive(value: unknown): boolean {
  return value === null || ['undefined', 'boolean', 'number', 'string'].includes(typeof value);
}

/**
 * Whether the editor preserves the value of a mark. Without attributes, editors write `{}` or
 * `true`.
 */
function isMarkValue(value: unknown, type: MarkType | undefined): boolean {
  if (typeof value !== 'object' || value === null) return value === true;
  const attributes = type?.spec.attrs ?? {};
  return Object.entries(value).every(([name, attribute]) =>
    Object.hasOwn(attributes, name) && isPrimitive(attribute)
  );
}

/**
 * Whether a type contains a character at any depth. An empty paragraph does not count: other
 * editors write one when they open a document. Reads the item list of Yjs, as `doc.get` would fix
 * the type of the root.
 */
function hasText(type: { readonly _start: Y.Item | null }): boolean {
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
