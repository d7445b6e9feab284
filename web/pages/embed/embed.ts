import type { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { CloseCode } from '../../../protocol/close-codes.ts';
import { metaOf } from '../../../protocol/schema.ts';
import { changeMode, connectToParent, foreignCredential } from '../../embed/connect-to-parent.ts';
import type { ToFrame } from '../../embed/messages.ts';
import { reportHeight } from '../../embed/report-height.ts';
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
import { embedIdentity } from './frame-identity.ts';
import { followChanges } from './follow-changes.ts';
import { embedErrorOf } from './frame-errors.ts';

/**
 * The editor in the frame of another site, `/embed/NAME`. Storage in such frames is blocked, or apart
 * for each site: nothing is kept on the device, and nothing here needs it.
 */
// Loaded beside everything else; nothing waits for it.
element('later-styles', HTMLLinkElement).media = 'all';

const paper = element('paper', HTMLElement);
const toolbar = element('toolbar', HTMLElement);
const notice = element('notice', HTMLElement);

const { name, site, init, credential: firstCredential } = await connectToParent(hear);
let credential = firstCredential;
/** Whether the site has handed this credential in by itself, so that it need not be asked for it. */
let isNew = true;

const doc = new Y.Doc();
const identity = embedIdentity(loadIdentity(), init.user ?? null);
const live = createEditor();

reportHeight(site);
showScrollHint(toolbar);
// With a credential that others may not have, the site's own page is the way to the whole document.
element('whole', HTMLAnchorElement).href = documentAddress(name, credentialIn(location.hash));
if (init.locale) paper.lang = init.locale;
if (live) showLiveEditor(live);

/** Null where the credential is not for this frame: then nothing connects. */
function createEditor(): LiveEditor | null {
  const foreign = foreignCredential(site, credential);
  if (foreign !== null) {
    paper.hidden = true;
    refuse('foreign-origin', foreign, 'Cannot open this document here');
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
    onMounted: () => site.tell({ type: 'ready', mode: 'edit', title: titleOf(metaOf(doc)) }),
    onUnsupported: () => changeMode('view'),
    // With the role lowered, the read-only page follows the others; this one would not.
    onReadOnly: () => live?.provider.role === 'view' && changeMode('view'),
    notify: (message) => showToast(message, 'failed'),
  });
}

async function getToken(): Promise<string | null> {
  if (isNew) isNew = false;
  else credential = await site.askForToken(credential);
  const foreign = foreignCredential(site, credential);
  if (foreign === null) return credential;
  refuse('foreign-origin', foreign, 'Cannot open this document here');
  throw new TypeError(`Cannot use token: ${foreign}`);
}

function showLiveEditor({ provider }: LiveEditor): void {
  const announcer = new Announcer(element('spoken-status', HTMLElement));
  showStatus(provider, {
    text: element('status', HTMLElement),
    retry: element('retry', HTMLButtonElement),
  }, announcer);
  followChanges(provider, site, () => titleOf(metaOf(doc)));
  provider.addEventListener('status', () => {
    notice.hidden = provider.status.state !== 'refused';
    if (provider.status.state === 'refused') void turnedAway(provider.status);
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

async function turnedAway(status: ProviderStatus & { readonly state: 'refused' }): Promise<void> {
  // Never could write: it is read instead. With text on the page that is looked after first.
  if (!live?.editor && status.code === CloseCode.forbidden && await canRead(name, credential)) {
    return changeMode('view');
  }
  const { code, heading, message } = embedErrorOf(
    status,
    credential !== null,
    Boolean(live?.editor),
  );
  refuse(code, message, heading);
}

function refuse(code: string, message: string, heading: string): void {
  showNotice(notice, {
    heading,
    text: message,
    link: { href: documentAddress(name, credentialIn(location.hash)), text: 'Open in Edgepad' },
  });
  const link = notice.querySelector('a');
  // Pages of ours that are not made for frames stay blank in one.
  if (link) Object.assign(link, { target: '_blank', rel: 'noopener' });
  // Elsewhere there is as little behind it.
  if (code === 'not-found' || code === 'forbidden') link?.remove();
  site.tell({ type: 'error', code, message });
}

function hear(message: ToFrame): void {
  switch (message.type) {
    case 'setToken':
      credential = message.token;
      isNew = true;
      live?.provider.renewToken();
      break;
    case 'focus':
      live?.editor?.view.focus();
      break;
    case 'destroy':
      live?.destroy();
      site.tell({ type: 'destroyed' });
      break;
    case 'setTheme':
      break;
  }
}

// Beside the text a press means the text, as on the page of its own.
document.addEventListener('mousedown', (event) => {
  if (!live?.editor || !(event.target instanceof HTMLElement)) return;
  if (!event.target.matches('html, body, main, .paper')) return;
  event.preventDefault();
  live.editor.view.focus();
});
