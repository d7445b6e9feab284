import * as Y from 'yjs';
import { limits } from '../../../protocol/limits.ts';
import { xmlRoots } from '../update/document-structure.ts';

/**
 * Deletes content that makes clients fail to open a document, and that `validateUpdate` cannot detect
 * in a single update:
 *
 * - types nested deeper than `limits.typeDepth`, built one level per update: reading or deleting them
 *   overflows the stack
 * - values that are not elements among the children of XML: editors throw on them
 *
 * Returns the deletion as an update to broadcast, or null when there was nothing to delete.
 */
export function removeUnreadableContent(doc: Y.Doc): Uint8Array | null {
  const depths = new Map<unknown, number>();
  let removal: Uint8Array | null = null;
  const onUpdate = (update: Uint8Array) => {
    removal = update;
  };
  doc.on('update', onUpdate);
  doc.transact((transaction) => {
    for (const structs of doc.store.clients.values()) {
      for (const struct of structs) {
        if (!(struct instanceof Y.Item) || struct.deleted) continue;
        const isTooDeep = struct.content instanceof Y.ContentType &&
          depthOf(struct.content.type, depths) > limits.typeDepth;
        if (isTooDeep || isValueInXml(doc, struct)) struct.delete(transaction);
      }
    }
  });
  doc.off('update', onUpdate);
  return removal;
}

/**
 * How many types a type is inside; 0 for a root. Caches the depth of each ancestor in `depths`. Does
 * not recurse: deep nesting is what it guards against. The store is ordered per client only, so a
 * parent may come after its child.
 */
function depthOf(type: Y.AbstractType<unknown>, depths: Map<unknown, number>): number {
  const path: Y.AbstractType<unknown>[] = [];
  let ancestor: Y.AbstractType<unknown> | null = type;
  while (ancestor && !depths.has(ancestor)) {
    path.push(ancestor);
    ancestor = ancestor.parent as Y.AbstractType<unknown> | null;
  }
  let depth = ancestor ? depths.get(ancestor) ?? 0 : -1;
  for (const descendant of path.reverse()) depths.set(descendant, ++depth);
  return depth;
}

function isValueInXml(doc: Y.Doc, { parent, parentSub, content }: Y.Item): boolean {
  // Items with a key are attributes, which may be any value.
  if (parentSub !== null || !isXml(doc, parent)) return false;
  if (!(content instanceof Y.ContentType)) return true;
  const { type } = content;
  return !(type instanceof Y.XmlElement || type instanceof Y.XmlText || type instanceof Y.XmlHook);
}

/** Whether editors read the children of this type as XML. A root without a type is known by name. */
function isXml(doc: Y.Doc, type: unknown): boolean {
  return type instanceof Y.XmlElement ||
    (type instanceof Y.AbstractType && xmlRoots.some((name) => doc.share.get(name) === type));
}
