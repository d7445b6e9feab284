import * as Y from 'yjs';
import { digestOf, equalDigests } from '../../../protocol/digest.ts';

/** Whether a document has this digest, as the service computes it. */
export function hasDigest(doc: Y.Doc, digest: Uint8Array): boolean {
  return equalDigests(digestOf(Y.encodeSnapshot(Y.snapshot(doc))), digest);
}
