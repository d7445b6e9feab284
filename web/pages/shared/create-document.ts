import { callService, ServiceError } from '../../access/call-service.ts';
import { newDocumentName } from './new-document-name.ts';
import { credentialIn, documentAddress } from '../../access/document-address.ts';

/**
 * Who makes documents on this service, as its pages say: any name opens as one (`open`), everybody
 * may have one made (`anyone`), or only who can prove that they may (`none`).
 */
export type Creation = 'open' | 'anyone' | 'none';

export interface CreatedDocument {
  readonly name: string;
  /** Its page, with the credential that whoever made it owns it. */
  readonly address: string;
  readonly credential: string | null;
}

/** What the page this runs in says of itself. */
export function creationHere(): Creation {
  const { creation } = document.body.dataset;
  return creation === 'anyone' || creation === 'none' ? creation : 'open';
}

/**
 * Makes a document, or where any name opens as one, thinks of a name; that works without a network,
 * too. Throws a {@link ServiceError} in words for the person where the service makes none.
 */
export async function createDocument(creation = creationHere()): Promise<CreatedDocument> {
  if (creation === 'none') {
    throw new ServiceError(0, 'New documents are not made from this page.');
  }
  if (creation === 'open') {
    const name = newDocumentName();
    return { name, address: documentAddress(name, null), credential: null };
  }
  const made = await callService({ method: 'POST', path: '/docs', credential: null });
  const { name, links } = made as { name: string; links: { own: string } };
  // On the origin of this page, whatever the service is called elsewhere.
  const { pathname, hash } = new URL(links.own);
  return { name, address: pathname + hash, credential: credentialIn(hash) };
}

/** {@link createDocument}, or null where this page creates no documents. */
export function createDocumentHere(): (() => Promise<CreatedDocument>) | null {
  return creationHere() === 'none' ? null : createDocument;
}
