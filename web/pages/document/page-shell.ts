import type { GuestIdentity } from '../../access/guest-identity.ts';
import { bindThemeSwitch } from '../shared/theme-choice.ts';
import { tokenIdentity } from '../../access/token-claims.ts';
import type { Announcer } from './people/announcer.ts';
import { Commands, type DocumentPage } from './menu/commands.ts';
import { element } from '../shared/element.ts';
import { bindMenu } from './menu/menu.ts';
import { showPeople } from './people/people.ts';
import { followKeyboard } from './bar/keyboard-inset.ts';
import { credentialIn } from '../../access/document-address.ts';
import { toast } from './dialog/toast.ts';
import { hintAtMore } from './bar/scroll-hint.ts';
import { showInTab } from './bar/tab-icon.ts';

export { keepCaretClearOfBars } from './keep-clear.ts';
export { toast } from './dialog/toast.ts';
export { showUnsupportedDocument } from './access-denied/access-denied.ts';
export { createDocumentHere } from '../shared/create-document.ts';
export { loadOptionalPartsWhenIdle } from './when-idle.ts';

/**
 * What stands around the text and is not needed to type: people, menu, sharing. It is loaded beside
 * the document; the buttons in the page are disabled until it is there.
 */
export function showPageShell(
  page: DocumentPage,
  identity: GuestIdentity,
  announcer: Announcer,
): Commands {
  const commands = new Commands(page);
  let role = page.provider.role;
  page.provider.addEventListener('status', () => {
    if (page.provider.role === role || !page.provider.synced) return;
    // From now on the list knows what the credential allows.
    role = page.provider.role;
    commands.remember();
  });
  const share = element('share', HTMLButtonElement);
  const people = element('people', HTMLButtonElement);
  showPeople(page.provider.awareness, identity, tokenIdentity(page.credential), {
    button: people,
    list: element('people-list', HTMLElement),
    name: element('guest-name', HTMLInputElement),
    colors: element('guest-colors', HTMLElement),
  }, announcer);
  bindMenu(element('menu', HTMLElement), commands);
  bindThemeSwitch(element('theme', HTMLElement));
  followKeyboard();
  reportOfflineFailure(page);
  reloadForAnotherCredential(page.credential);
  // Also where the page has an address already: a page kept on the device may be another document's.
  element('view-link', HTMLAnchorElement).href = page.credential === null
    ? page.viewAddress
    : `${page.viewAddress}&once`;
  showInTab(page.provider);
  hintAtMore(element('toolbar', HTMLElement));
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
    // A page that is refused removes the copy on purpose.
    if (offline.state.kind !== 'failed' || provider.status.state === 'refused') return;
    toast(`Not kept on this device: ${offline.state.reason}`, 'failed');
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
