import * as Y from 'yjs';
import { contentOf, metaOf } from '../../../protocol/schema.ts';

/** The plain text of a document. */
export function textOf(doc: Y.Doc): Y.Text {
  return doc.getText('content');
}

/** The visible content of a document; equal for documents that look the same. */
export function visibleContent(doc: Y.Doc): string {
  return JSON.stringify([
    describe(textOf(doc)),
    describe(contentOf(doc)),
    describe(metaOf(doc)),
  ]);
}

/** State vector, delete set and visible content; equal for replicas that have converged. */
export function fingerprint(doc: Y.Doc): string {
  return `${Y.encodeSnapshot(Y.snapshot(doc)).join()} ${visibleContent(doc)}`;
}

function describe(value: unknown): unknown {
  if (value instanceof Y.XmlElement) {
    return [value.nodeName, sorted(value.getAttributes()), value.toArray().map(describe)];
  }
  if (value instanceof Y.XmlFragment) return value.toArray().map(describe);
  if (value instanceof Y.Text) {
    return value.toDelta().map((
      { insert, attributes }: { insert: unknown; attributes?: Record<string, unknown> },
    ) => [describe(insert), sorted(attributes ?? {})]);
  }
  if (value instanceof Y.Map) return sorted(Object.fromEntries(value.entries()));
  if (value instanceof Y.Array) return value.toArray().map(describe);
  return value;
}

/** Replicas keep keys in the order in which they received them. */
function sorted(object: Record<string, unknown>): unknown {
  return Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => [key, describe(value)]);
}
