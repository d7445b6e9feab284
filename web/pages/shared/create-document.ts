import { type CreationMode, creationModes } from '../../../protocol/creation-mode.ts';
import { generateDocumentName } from '../../../protocol/document-name.ts';
import { credentialIn, documentAddress } from '../../access/document-address.ts';
import { callService } from './call-service.ts';
import { UserError } from './user-error.ts';

interface CreatedDocument {
  readonly name: string;
  /** The document's page, with the owner's credential. */
  readonly address: string;
  readonly credential: string | null;
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
  const { name, links } = created as { name: string; links: { own: string } };
  // Links carry the public URL of the service; this page may be open under another origin.
  const { pathname, hash } = new URL(links.own);
  return { name, address: pathname + hash, credential: credentialIn(hash) };
}

/** {@link createDocument}, or null where this page creates no documents. */
export function createDocumentHere(): (() => Promise<CreatedDocument>) | null {
  return creationMode() === 'none' ? null : createDocument;
}
