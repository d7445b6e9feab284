import { type CreationMode, creationModes } from '../../../protocol/roles.ts';
import { generateDocumentName } from '../../../protocol/document-name.ts';
import { documentAddress } from '../../access/document-address.ts';
import { callService } from './call-service.ts';
import { keepOwned } from './owned-documents.ts';
import { UserError } from './user-error.ts';

interface CreatedDocument {
  readonly name: string;
  /**
   * The document's page, with a key to edit. It has the owner's key where this browser cannot keep it.
   */
  readonly address: string;
  /** The owner's; null in open mode. */
  readonly credential: string | null;
}

/** The part of the answer to `POST /docs` that pages use. */
interface NewDocument {
  readonly name: string;
  readonly keys: { readonly own: string; readonly edit: string; readonly view: string };
  readonly links: { readonly edit: string; readonly view: string; readonly embed: string };
}

/** The mode that the service wrote into this page. */
export function creationMode(): CreationMode {
  return creationModes.find((mode) => mode === document.body.dataset.creation) ?? 'open';
}

/**
 * Creates a document. In open mode that only picks a name, which needs no connection. Throws a
 * {@link UserError} when the service refuses, cannot be reached, or does not allow it on this page.
 */
export async function createDocument(mode = creationMode()): Promise<CreatedDocument> {
  if (mode === 'none') {
    throw new UserError('Cannot create a document from this page. Ask the operator of this site.');
  }
  if (mode === 'open') {
    const name = generateDocumentName(crypto.getRandomValues(new Uint8Array(12)));
    return { name, address: documentAddress(name, null), credential: null };
  }
  const created = await callService({ method: 'POST', path: '/docs', credential: null });
  const { name, keys, links } = created as NewDocument;
  const isKept = keepOwned(name, {
    key: keys.own,
    edit: keys.edit,
    view: keys.view,
    links: [links.edit, links.view, links.embed],
  });
  // Not the links: they carry the public URL of the service, and this page may have another origin.
  const address = documentAddress(name, isKept ? keys.edit : keys.own);
  return { name, address, credential: keys.own };
}

/** {@link createDocument}, or null where this page creates no documents. */
export function createDocumentHere(): (() => Promise<CreatedDocument>) | null {
  return creationMode() === 'none' ? null : createDocument;
}
