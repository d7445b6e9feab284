import { copyButton } from '../../shared/dialog/copy-button.ts';
import { documentAddress } from '../../../access/document-address.ts';
import type { DocumentPage } from '../document-page.ts';

/**
 * The section of the share dialog with the link that makes others owners. Null for an owner with a
 * token, whose site decides who owns the document.
 */
export function ownershipSection({ name, credential }: DocumentPage): HTMLElement | null {
  if (credential === null || credential.includes('.')) return null;
  const section = document.createElement('section');
  const heading = document.createElement('h3');
  heading.textContent = 'Ownership';
  const hint = document.createElement('p');
  hint.className = 'field-hint';
  hint.textContent = 'This browser keeps your right to manage and delete the document. ' +
    'To own it in another browser too, open the ownership link there. ' +
    'Keep that link safe: anyone with it becomes an owner.';
  const address = new URL(documentAddress(name, credential), location.href).href;
  section.append(heading, hint, ...copyButton('Copy ownership link', () => address));
  return section;
}
