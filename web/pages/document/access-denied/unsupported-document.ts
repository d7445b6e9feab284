import { otherRoots } from '../../../../protocol/other-roots.ts';
import { contentOf } from '../../../../protocol/schema.ts';
import { documentPath } from '../../../access/document-address.ts';
import { showNotice } from '../dialog/notices.ts';
import type { DocumentPage } from '../document-page.ts';
import { attempt } from '../menu/commands.ts';
import { viewAddressOnce } from '../owner-key.ts';
import { statedTitle } from '../bar/page-title.ts';

/**
 * Shows that this editor would delete or hide `content`, which its schema does not know, and the document
 * as the service renders it. An owner may remove the content.
 */
export function showUnsupportedDocument(page: DocumentPage, content: string): void {
  const { notice, provider } = page;
  const roots = contentOf(provider.doc).length > 0 ? [] : otherRoots(provider.doc, 'data');
  const link = { href: viewAddressOnce(page), text: 'Read the document' };
  if (roots.length === 0) {
    showNotice(notice, {
      heading: 'You cannot edit this document here',
      text:
        `It contains something this editor does not support: ${content}. Editing would delete it ` +
        'for everyone.',
      link,
    });
  } else {
    showNotice(notice, {
      heading: 'This document was made by another editor',
      text:
        `Its content is in ${listOf(roots)}, which this editor does not read. To change it, use ` +
        'the app that it was made with. Below is what can be shown of it.',
      link,
    });
    notice.append(' ', button('Download all data', () => attempt(() => downloadRoots(page))));
  }
  const remove = button('Remove what this editor cannot show', () =>
    attempt(async () => {
      const { removeUnsupported } = await import('./remove-unsupported.ts');
      await removeUnsupported(page);
    }));
  notice.append(' ', remove);
  // The role is known once the page is connected, and may change.
  const update = () => remove.hidden = provider.role !== 'own';
  provider.addEventListener('status', update);
  update();
  void attempt(() => showRendering(page));
}

/** Shows that the unsupported content is gone. Reloading would lose what the page offers to keep. */
export function showSupportedDocument({ notice }: DocumentPage): void {
  document.querySelector('edgepad-viewer')?.remove();
  showNotice(notice, {
    heading: 'You can edit this document again',
    text: 'An owner has removed what this editor does not support.',
    link: { href: '/', text: 'All documents' },
  });
  notice.append(' ', button('Continue', () => location.reload()));
}

async function showRendering({ name, credential, notice }: DocumentPage): Promise<void> {
  await import('../../../elements/edgepad-viewer-define.ts');
  if (document.querySelector('edgepad-viewer')) return;
  const viewer = document.createElement('edgepad-viewer');
  viewer.doc = name;
  viewer.token = credential;
  const { theme } = document.documentElement.dataset;
  if (theme) viewer.setAttribute('theme', theme);
  viewer.className = 'paper';
  notice.after(viewer);
}

async function downloadRoots(page: DocumentPage): Promise<void> {
  const { name, credential, provider } = page;
  const { download, fileNameOf } = await import('../menu/export.ts');
  const path = `${documentPath(name)}.json?roots=all`;
  await download({ provider, credential, path }, fileNameOf(statedTitle(page), 'json'));
}

/** The most names that the notice lists. */
const maxListed = 3;

function listOf(names: readonly string[]): string {
  const rest = names.length - maxListed;
  return names.slice(0, maxListed).map((name) => `“${name}”`).join(', ') +
    (rest > 0 ? ` and ${rest} more` : '');
}

function button(text: string, press: () => void): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = 'button button-quiet';
  element.textContent = text;
  element.addEventListener('click', press);
  return element;
}
