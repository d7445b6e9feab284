import * as Y from 'yjs';
import { contentOf, metaOf } from '../../protocol/schema.ts';
import { EdgepadProvider } from '../provider/provider.ts';
import type { UnsavedChanges } from '../provider/recovery/unsaved-changes.ts';

/** Creates an empty document on the same service. `address` is its page. */
export type CreateDocument = () => Promise<{
  readonly name: string;
  readonly address: string;
  readonly credential: string | null;
}>;

/**
 * Saves the text on this page as a new document. Resolves with the address of its page once the
 * service has acknowledged all of it; offline it waits for the connection. Rejects when the service
 * refuses. `url`: the base URL of the documents.
 */
export async function saveAsNewDocument(
  unsaved: UnsavedChanges,
  url: string,
  createDocument: CreateDocument,
): Promise<string> {
  const { name, address, credential } = await createDocument();
  const doc = new Y.Doc();
  unsaved.copyTo({ content: contentOf(doc), meta: metaOf(doc) });
  const provider = new EdgepadProvider({ url, name, doc, getToken: () => credential });
  try {
    await new Promise<void>((resolve, reject) => {
      const check = () => {
        const { status } = provider;
        if (status.state === 'saved') resolve();
        if (status.state === 'read-only') {
          reject(new Error('the service does not accept changes to it'));
        }
        if (status.state === 'refused') reject(new Error(status.reason || `code ${status.code}`));
      };
      provider.addEventListener('status', check);
      check();
    });
  } finally {
    provider.destroy();
  }
  return address;
}
