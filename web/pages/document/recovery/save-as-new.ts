import * as Y from 'yjs';
import { contentOf, metaOf } from '../../../../protocol/schema.ts';
import { createDocument } from '../../shared/create-document.ts';
import { EdgepadProvider } from '../../../provider/provider.ts';
import type { UnsavedChanges } from '../../../provider/recovery/unsaved-changes.ts';

/**
 * Makes a new document that carries what stands on this page, and answers its address once the service
 * has acknowledged all of it. Rejects when the service refuses it; offline it waits, like any
 * other change. `url`: where documents are.
 */
export async function saveAsNewDocument(rescue: UnsavedChanges, url: string): Promise<string> {
  const { name, address, credential } = await createDocument();
  const doc = new Y.Doc();
  rescue.copyTo({ content: contentOf(doc), meta: metaOf(doc) });
  const provider = new EdgepadProvider({ url, name, doc, getToken: () => credential });
  try {
    await new Promise<void>((resolve, reject) => {
      const check = () => {
        const { status } = provider;
        if (status.state === 'saved') resolve();
        if (status.state === 'read-only') reject(new Error('The service takes no new documents'));
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
