import * as Y from 'yjs';
import { schema } from '../../protocol/schema.ts';

/**
 * What the schema does not know in this content, in words (`the block "table"`), or null where
 * everything is known. The editor must not be mounted on anything but null: its binding deletes
 * what it does not know from everybody's document, text included.
 */
export function unknownContent(content: Y.XmlFragment): string | null {
  return firstUnknown(content.toArray().map(unknownBlock));
}

/**
 * Watches content that was fully known, and calls back once, with what has come that is not,
 * before the binding has seen it. Returns the function that ends the watch.
 */
export function watchForUnknown(
  content: Y.XmlFragment,
  onUnknown: (what: string) => void,
): () => void {
  const { doc } = content;
  if (!doc) throw new TypeError('Cannot watch content: it belongs to no document');
  const known = new WeakSet<object>(content.toArray());
  const check = (transaction: Y.Transaction) => {
    const found = [...transaction.changed.keys()].map((type) => {
      if (Object.is(type, content)) {
        return firstUnknown(
          content.toArray().filter((block) => !known.has(block)).map((block) => {
            known.add(block);
            return unknownBlock(block);
          }),
        );
      }
      const block = blockAround(type, content);
      return block && unknownBlock(block);
    });
    const what = firstUnknown(found);
    if (what === null) return;
    stop();
    onUnknown(what);
  };
  const stop = () => doc.off('beforeObserverCalls', check);
  doc.on('beforeObserverCalls', check);
  return stop;
}

type Child = Y.XmlElement | Y.XmlText | Y.XmlHook;
type AnyType = Parameters<Y.Transaction['changed']['get']>[0];

function firstUnknown(found: (string | null)[]): string | null {
  return found.find((what) => what !== null) ?? null;
}

/** The block of the content that this type is in, or null where it is elsewhere or is deleted. */
function blockAround(type: AnyType, content: Y.XmlFragment): Child | null {
  let around: AnyType | null = type;
  while (around && !Object.is(around.parent, content)) around = around.parent;
  return around as Child | null;
}

function unknownBlock(block: Child): string | null {
  if (!(block instanceof Y.XmlElement)) return 'text outside of a line';
  const type = schema.nodes[block.nodeName as keyof typeof schema.nodes];
  if (!type || !type.isInGroup('block')) return `the block "${block.nodeName}"`;
  return unknownAttribute(block, type.spec.attrs) ??
    firstUnknown(block.toArray().map((child) => unknownInline(child, block.nodeName)));
}

function unknownInline(child: Child, blockName: string): string | null {
  if (child instanceof Y.XmlText) {
    if (blockName === 'paragraph') return unknownText(child, schema.marks);
    if (blockName === 'codeBlock') return unknownText(child, {});
    return `text in "${blockName}"`;
  }
  if (!(child instanceof Y.XmlElement)) return 'an embedded object';
  const isKnown = child.nodeName === 'hardBreak' && blockName === 'paragraph';
  if (!isKnown || child.length > 0) return `"${child.nodeName}" in "${blockName}"`;
  return unknownAttribute(child, {});
}

function unknownAttribute(element: Y.XmlElement, known: object = {}): string | null {
  const name = Object.keys(element.getAttributes()).find((key) => !Object.hasOwn(known, key));
  return name === undefined ? null : `the attribute "${name}" of "${element.nodeName}"`;
}

function unknownText(text: Y.XmlText, known: object): string | null {
  for (const { insert, attributes } of text.toDelta()) {
    if (typeof insert !== 'string') return 'an object within text';
    const name = Object.keys(attributes ?? {}).find((key) => !Object.hasOwn(known, key));
    if (name !== undefined) return `the mark "${name}"`;
  }
  return null;
}
