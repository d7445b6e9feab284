import { documentPath } from '../../../access/document-address.ts';
import {
  describeUnsupportedContent,
  removeUnsupportedContent,
} from '../../../editor/model/remove-unsupported-content.ts';
import { confirmAction } from '../../shared/dialog/dialog.ts';
import type { DocumentPage } from '../document-page.ts';
import { download, fileNameOf } from '../menu/export.ts';
import { statedTitle } from '../bar/page-title.ts';

/** The most kinds of content that the dialog lists. */
const maxListed = 5;

/**
 * Removes what this editor cannot show from the document, for everyone, after a confirmation and a
 * download of the document as it is. Throws a `UserError` without that copy: nothing is removed then.
 */
export async function removeUnsupported(page: DocumentPage): Promise<void> {
  const { name, credential, provider } = page;
  const found = describeUnsupportedContent(provider.doc);
  const rest = found.length - maxListed;
  const list = found.slice(0, maxListed).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
  const isConfirmed = await confirmAction({
    heading: 'Remove what this editor cannot show?',
    text: `This removes, for everyone: ${list}. You cannot undo this. The page first downloads a ` +
      'copy of the whole document. An owner can import that file as a new document.',
    action: 'Download a copy and remove',
  });
  if (!isConfirmed) return;
  const path = `${documentPath(name)}/export`;
  await download({ provider, credential, path }, fileNameOf(statedTitle(page), 'edgepad'));
  removeUnsupportedContent(provider.doc);
}
