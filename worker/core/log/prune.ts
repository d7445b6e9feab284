import * as Y from 'yjs';
import { limits } from '../../../protocol/limits.ts';

/** Roots that editors read as XML, whatever lies in them. */
const xmlRoots = ['lines', 'default', 'prosemirror'];

/**
 * Deletes what makes a document fail to open, and cannot be seen in an update alone: types nested
 * deeper than {@link limits.typeDepth}, one level an update (who reads or deletes them overflows the
 * stack), and plain values among the elements of XML (every editor throws at them). An ordinary edit,
 * that reaches everybody; returned as an update, or null where there is nothing to delete.
 */
export function pruneDocument(doc: Y.Doc): Uint8Array | null {
  const depths = new Map<unknown, number>();
  let pruned: Uint8Array | null = null;
  const note = (update: Uint8Array) => {
    pruned = update;
  };
  doc.on('update', note);
  doc.transact((transaction) => {
    // The order of the store: of one client, what lies in something comes after it. Across clients
    // it need not, so a depth is counted upwards and remembered.
    for (const structs of doc.store.clients.values()) {
      for (const struct of structs) {
        if (!(struct instanceof Y.Item) || struct.deleted) continue;
        const isTooDeep = struct.content instanceof Y.ContentType &&
          depthOf(struct.content.type, depths) > limits.typeDepth;
        if (isTooDeep || isValueAmongElements(doc, struct)) struct.delete(transaction);
      }
    }
  });
  doc.off('update', note);
  return pruned;
}

/** How many types this one lies in; a root lies in none. A loop: recursion is what is guarded against. */
function depthOf(type: Y.AbstractType<unknown>, depths: Map<unknown, number>): number {
  const path: Y.AbstractType<unknown>[] = [];
  let at: Y.AbstractType<unknown> | null = type;
  while (at && !depths.has(at)) {
    path.push(at);
    at = at.parent as Y.AbstractType<unknown> | null;
  }
  let depth = at ? depths.get(at) ?? 0 : -1;
  for (const passed of path.reverse()) depths.set(passed, ++depth);
  return depth;
}

function isValueAmongElements(doc: Y.Doc, { parent, parentSub, content }: Y.Item): boolean {
  // Under a key lie attributes, which may be any value.
  if (parentSub !== null || !isXml(doc, parent)) return false;
  if (!(content instanceof Y.ContentType)) return true;
  const { type } = content;
  return !(type instanceof Y.XmlElement || type instanceof Y.XmlText || type instanceof Y.XmlHook);
}

/** Whether the children of this type are read as XML. Of a root only the name tells. */
function isXml(doc: Y.Doc, type: unknown): boolean {
  return type instanceof Y.XmlElement ||
    (type instanceof Y.AbstractType && xmlRoots.some((name) => doc.share.get(name) === type));
}
