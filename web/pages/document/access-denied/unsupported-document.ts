import { showNotice } from '../dialog/notices.ts';
import type { DocumentPage } from '../document-page.ts';
import { attempt } from '../menu/commands.ts';
import { viewAddressOnce } from '../owner-key.ts';

/**
 * Shows that this editor would delete `content`, which its schema does not know. An owner may remove
 * it.
 */
export function showUnsupportedDocument(page: DocumentPage, content: string): void {
  const { notice, provider } = page;
  showNotice(notice, {
    heading: 'You cannot edit this document here',
    text:
      `It contains something this editor does not support: ${content}. Editing would delete it ` +
      'for everyone.',
    link: { href: viewAddressOnce(page), text: 'Read the document' },
  });
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
}

/** Shows that the unsupported content is gone. Reloading would lose what the page offers to keep. */
export function showSupportedDocument({ notice }: DocumentPage): void {
  showNotice(notice, {
    heading: 'You can edit this document again',
    text: 'An owner has removed what this editor does not support.',
    link: { href: '/', text: 'All documents' },
  });
  notice.append(' ', button('Continue', () => location.reload()));
}

function button(text: string, press: () => void): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = 'button button-quiet';
  element.textContent = text;
  element.addEventListener('click', press);
  return element;
}
