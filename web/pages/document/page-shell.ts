import { credentialIn } from '../../access/document-address.ts';
import type { GuestIdentity } from '../../access/guest-identity.ts';
import { tokenIdentity } from '../../access/token-claims.ts';
import { handleFileDrops } from '../../platform/file-drops.ts';
import { element } from '../shared/element.ts';
import { fillThemeSwitch } from '../shared/theme-switch.ts';
import type { Announcer } from './bar/announcer.ts';
import { showScrollHint } from './bar/scroll-hint.ts';
import { showStatusInTab } from './bar/tab-icon.ts';
import { trackKeyboard } from './bar/visible-area.ts';
import { showToast } from './dialog/notices.ts';
import type { DocumentPage } from './document-page.ts';
import { moveOwnerKey, viewAddressOnce } from './owner-key.ts';
import { Commands } from './menu/commands.ts';
import { bindMenu } from './menu/menu.ts';
import { printAddressesOnce } from './menu/print-links.ts';
import { showPeople } from './people/people.ts';

export { showAccessDenied } from './access-denied/access-denied.ts';
export {
  showSupportedDocument,
  showUnsupportedDocument,
} from './access-denied/unsupported-document.ts';
export { bindTitle } from './bar/bind-title.ts';
export { keepCaretClearOfBars } from './bar/visible-area.ts';
export { showToast } from './dialog/notices.ts';
export { createDocumentHere } from '../shared/create-document.ts';
export { loadOptionalPartsWhenIdle } from './load-optional-parts.ts';

const cannotDrop =
  'You cannot drop files here. To import a document, use the menu. To show an image, add it by its ' +
  'address.';

/**
 * Adds what surrounds the text: people, menu, share button. Loaded in parallel with the document, because
 * typing does not need it. Until then the buttons in the HTML are disabled.
 */
export function showPageShell(
  page: DocumentPage,
  identity: GuestIdentity,
  announcer: Announcer,
): Commands {
  const { provider, credential } = page;
  const commands = new Commands(page);
  const viewLink = element('view-link', HTMLAnchorElement);
  const followRole = () => {
    if (provider.role === 'own') moveOwnerKey(page);
    // The HTML may come from the offline cache, with the address of another document.
    viewLink.href = viewAddressOnce(page);
  };
  followRole();
  let role = provider.role;
  const onRole = () => {
    if (provider.role === role || !provider.synced) return;
    // The list of recent documents stores the role of each credential.
    role = provider.role;
    followRole();
    commands.remember();
  };
  // The last change of the status may come before the document is synced.
  for (const event of ['status', 'synced']) provider.addEventListener(event, onRole);
  const share = element('share', HTMLButtonElement);
  const people = element('people', HTMLButtonElement);
  showPeople(provider.awareness, identity, tokenIdentity(credential), {
    button: people,
    list: element('people-list', HTMLElement),
    name: element('guest-name', HTMLInputElement),
    colors: element('guest-colors', HTMLElement),
  }, announcer);
  bindMenu(element('menu', HTMLElement), commands);
  fillThemeSwitch(element('theme', HTMLFieldSetElement));
  trackKeyboard();
  printAddressesOnce();
  handleFileDrops(() => showToast(cannotDrop, 'failed'));
  reportOfflineFailure(page);
  reloadForAnotherCredential(credential);
  showStatusInTab(provider);
  showScrollHint(element('toolbar', HTMLElement));
  share.addEventListener('click', () => void commands.run('share'));
  element('word-count', HTMLButtonElement).addEventListener('click', () => {
    void commands.run('word-count');
  });
  for (const button of [share, people, element('menu-button', HTMLButtonElement)]) {
    button.disabled = false;
  }
  return commands;
}

function reportOfflineFailure({ offline, provider }: DocumentPage): void {
  const report = () => {
    // After a refusal the page removes the copy on purpose.
    if (offline.state.kind !== 'failed' || provider.status.state === 'refused') return;
    showToast(`Cannot keep a copy on this device: ${offline.state.reason}`, 'failed');
  };
  offline.addEventListener('change', report);
  report();
}

/** Another link to the same document differs in its fragment only: the browser does not reload. */
function reloadForAnotherCredential(credential: string | null): void {
  addEventListener('hashchange', () => {
    if (![null, credential].includes(credentialIn(location.hash))) location.reload();
  });
}
