import type { MarkType } from 'prosemirror-model';
import * as Y from 'yjs';
import { schema } from '../../../protocol/schema.ts';

/**
 * What the schema does not know in this content, in words (`the block "table"`), or null where
 * everything is known. The editor must not be mounted on anything but null: its binding deletes
 * what it does not know from everybody's document, text included.
 */
export function findUnsupportedContent(content: Y.XmlFragment): string | null {
  return firstUnknown(childrenOf(content).map(unknownBlock));
}

/**
 * Watches content that was fully known, and calls back once, with what has come that is not,
 * before the binding has seen it. Returns the function that ends the watch.
 */
export function watchForUnsupportedContent(
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
          childrenOf(content).filter((block) => !known.has(block as object)).map((block) => {
            const what = unknownBlock(block);
            // What is unknown may be no object at all. The watch ends with it.
            if (what === null) known.add(block as object);
            return what;
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

type AnyType = Parameters<Y.Transaction['changed']['get']>[0];

function firstUnknown(found: (string | null)[]): string | null {
  return found.find((what) => what !== null) ?? null;
}

/** The block of the content that this type is in, or null where it is elsewhere or is deleted. */
function blockAround(type: AnyType, content: Y.XmlFragment): AnyType | null {
  let around: AnyType | null = type;
  while (around && !Object.is(around.parent, content)) around = around.parent;
  return around;
}

/** Yjs promises elements and texts; what others have written may be any type, and any value. */
function childrenOf(parent: Y.XmlFragment): readonly unknown[] {
  return parent.toArray();
}

function unknownBlock(block: unknown): string | null {
  if (!(block instanceof Y.XmlElement)) {
    const isText = block instanceof Y.Text || typeof block === 'string';
    return isText ? 'text outside of a line' : 'an object outside of a line';
  }
  const type = schema.nodes[block.nodeName as keyof typeof schema.nodes];
  if (!type || !type.isInGroup('block')) return `the block "${block.nodeName}"`;
  return unknownAttribute(block, type.spec.attrs) ??
    firstUnknown(childrenOf(block).map((child) => unknownInline(child, block.nodeName)));
}

function unknownInline(child: unknown, blockName: string): string | null {
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
  const found = Object.entries(element.getAttributes()).find(([name, value]) =>
    !Object.hasOwn(known, name) || !isPlain(value)
  );
  return found ? `the attribute "${found[0]}" of "${element.nodeName}"` : null;
}

function unknownText(text: Y.XmlText, known: Readonly<Record<string, MarkType>>): string | null {
  const delta: { insert: unknown; attributes?: object }[] = text.toDelta();
  let shown = 0;
  for (const { insert, attributes } of delta) {
    if (typeof insert !== 'string') return 'an object within text';
    shown += insert.length;
    const unknown = Object.entries(attributes ?? {}).find(([name, value]) =>
      !Object.hasOwn(known, name) || !isMarkValue(value, known[name])
    );
    if (unknown) return `the mark "${unknown[0]}"`;
  }
  // A delta leaves out what is neither text nor embedded; everybody's positions count it.
  if (shown < text.length) return 'an object within text';
  const [name] = Object.keys(text.getAttributes());
  return name === undefined ? null : `the attribute "${name}" of a text`;
}

/** Whether the editor keeps this value as it is, whatever it means: a type or object has more in it. */
function isPlain(value: unknown): boolean {
  return value === null || ['undefined', 'boolean', 'number', 'string'].includes(typeof value);
}

/** What a mark says beside its name. Editors that have nothing to say write `{}` or `true`. */
function isMarkValue(value: unknown, type: MarkType | undefined): boolean {
  if (typeof value !== 'object' || value === null) return value === true;
  const attributes = type?.spec.attrs ?? {};
  return Object.entries(value).every(([name, said]) =>
    Object.hasOwn(attributes, name) && isPlain(said)
  );
}
