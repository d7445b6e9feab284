import type { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { CloseCode } from '../../../protocol/close-codes.ts';
import { metaOf } from '../../../protocol/schema.ts';
import {
  changeMode,
  connectToParent,
  isForAnotherSite,
  otherSiteError,
} from '../../embed/connect-to-parent.ts';
import type { ParentMessage } from '../../embed/messages.ts';
import { reportHeight } from '../../embed/report-height.ts';
import { handleFileDrops } from '../../platform/file-drops.ts';
import { confirmUnload, LiveEditor } from '../../live-editor/live-editor.ts';
import { loadIdentity } from '../../access/guest-identity.ts';
import { canRead } from '../shared/call-service.ts';
import { credentialIn, docsUrl, documentAddress } from '../../access/document-address.ts';
import type { ProviderStatus } from '../../provider/status.ts';
import { tokenIdentity } from '../../access/token-claims.ts';
import { Announcer } from '../document/bar/announcer.ts';
import { element } from '../shared/element.ts';
import { showScrollHint } from '../document/bar/scroll-hint.ts';
import { showStatus } from '../document/bar/status.ts';
import { titleOf, untitled } from '../document/bar/title.ts';
import { showNotice, showToast } from '../document/dialog/notices.ts';
import { type EmbedError, embedError } from './embed-error.ts';
import { embedIdentity } from './embed-identity.ts';
import { reportChanges } from './report-changes.ts';

/**
 * The editor in an embed: `/embed/NAME`. Browsers block or partition storage in the iframes of other
 * sites, so there is no offline copy.
 */

// Not needed for the first paint.
element('deferred-styles', HTMLLinkElement).media = 'all';

const paper = element('paper', HTMLElement);
const toolbar = element('toolbar', HTMLElement);
const notice = element('notice', HTMLElement);

const { name, parentWindow, init, credential: firstCredential } = await connectToParent(onMessage);
let credential = firstCredential;
/** Whether `credential` is the parent's latest: then the parent is not asked for a token. */
let isFresh = true;

const doc = new Y.Doc();
const identity = embedIdentity(loadIdentity(), init.user ?? null);
const live = mountEditor();

reportHeight(parentWindow);
handleFileDrops(() =>
  showToast('You cannot drop files here. To show an image, add it by its address.', 'failed')
);
showScrollHint(toolbar);
// A credential from the parent is for this embed only. The link has the one from the embed's URL.
element('whole', HTMLAnchorElement).href = documentAddress(name, credentialIn(location.hash));
if (init.locale) paper.lang = init.locale;
if (live) followLiveEditor(live);

/** Null, and not connected, when the credential is for another site. */
function mountEditor(): LiveEditor | null {
  if (isForAnotherSite(parentWindow, credential)) {
    paper.hidden = true;
    showError(otherSiteError);
    return null;
  }
  return new LiveEditor({
    doc,
    name,
    url: docsUrl(),
    getToken,
    user: identity,
    text: paper,
    toolbar,
    overlays: document.body,
    onMounted() {
      parentWindow.send({ type: 'ready', mode: 'edit', title: titleOf(metaOf(doc)) });
    },
    others: 'data',
    onUnsupported: () => changeMode('view'),
    // The read-only page shows the changes of others; a refused editor does not.
    onReadOnly: () => live?.provider.role === 'view' && changeMode('view'),
    notify: (message) => showToast(message, 'failed'),
  });
}

async function getToken(): Promise<string | null> {
  if (isFresh) isFresh = false;
  else credential = await parentWindow.requestToken(credential);
  if (!isForAnotherSite(parentWindow, credential)) return credential;
  showError(otherSiteError);
  throw new TypeError('Cannot use token: it is for another site');
}

function followLiveEditor({ provider }: LiveEditor): void {
  const announcer = new Announcer(element('spoken-status', HTMLElement));
  showStatus(provider, {
    text: element('status', HTMLElement),
    retry: element('retry', HTMLButtonElement),
  }, announcer);
  reportChanges(provider, parentWindow, () => titleOf(metaOf(doc)));
  provider.addEventListener('status', () => {
    const { status } = provider;
    notice.hidden = status.state !== 'refused';
    if (status.state === 'refused') void showRefusal(status);
  });
  provider.addEventListener('synced', showTitle, { once: true });
  confirmUnload(provider);
  void showPeopleLater(provider.awareness, announcer);
}

function showTitle(): void {
  element('page-heading', HTMLElement).textContent = titleOf(metaOf(doc)) || untitled;
}

async function showPeopleLater(awareness: Awareness, announcer: Announcer): Promise<void> {
  const { showPeople } = await import('../document/people/people.ts');
  const button = element('people', HTMLButtonElement);
  showPeople(awareness, identity, tokenIdentity(credential), {
    button,
    list: element('people-list', HTMLElement),
    name: element('guest-name', HTMLInputElement),
    colors: element('guest-colors', HTMLElement),
  }, announcer);
  button.disabled = false;
}

async function showRefusal(status: ProviderStatus & { readonly state: 'refused' }): Promise<void> {
  const hasText = Boolean(live?.editor);
  // With text on the page, recovery comes first.
  if (!hasText && status.code === CloseCode.forbidden && await canRead(name, credential)) {
    return changeMode('view');
  }
  showError(embedError(status, { hasCredential: credential !== null, hasText }));
}

function showError({ code, heading, message }: EmbedError): void {
  showNotice(notice, {
    heading,
    text: message,
    link: { href: documentAddress(name, credentialIn(location.hash)), text: 'Open in Edgepad' },
  });
  const link = notice.querySelector('a');
  // In an iframe the document page stays blank.
  if (link) Object.assign(link, { target: '_blank', rel: 'noopener' });
  // The document page would show the same error.
  if (code === 'not-found' || code === 'forbidden') link?.remove();
  parentWindow.send({ type: 'error', code, message });
}

function onMessage(message: ParentMessage): void {
  switch (message.type) {
    case 'setToken':
      credential = message.token;
      isFresh = true;
      live?.provider.renewToken();
      break;
    case 'focus':
      live?.editor?.view.focus();
      break;
    case 'destroy':
      live?.destroy();
      parentWindow.send({ type: 'destroyed' });
      break;
    case 'setTheme':
      break;
  }
}

// A click beside the text focuses the text.
document.addEventListener('mousedown', (event) => {
  if (!live?.editor || !(event.target instanceof HTMLElement)) return;
  if (!event.target.matches('html, body, main, .paper')) return;
  event.preventDefault();
  live.editor.view.focus();
});
