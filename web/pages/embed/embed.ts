import * as Y from 'yjs';
import { CloseCode } from '../../../protocol/close-codes.ts';
import { contentOf, metaOf, schemaNumber } from '../../../protocol/schema.ts';
import { docsUrl } from '../../docs-url.ts';
import { createEditor, type Editor } from '../../editor/editor.ts';
import { unsupportedTextIn } from '../../editor/model/unsupported-text.ts';
import { watchForUnsupportedContent } from '../../editor/model/unsupported-content.ts';
import { createImageCommand } from '../../editor/view/image-command.ts';
import { createLinkCommand } from '../../editor/view/link-command.ts';
import { createToolbar } from '../../editor/view/toolbar.ts';
import { changeMode, connectToParent, foreignCredential } from '../../embed/connect-to-parent.ts';
import type { ToFrame } from '../../embed/messages.ts';
import { reportHeight } from '../../embed/report-height.ts';
import { loadIdentity } from '../../identity.ts';
import { credentialIn, documentAddress } from '../../credential.ts';
import { EdgepadProvider } from '../../provider/provider.ts';
import type { ProviderStatus } from '../../provider/status.ts';
import { identityIn } from '../../token-identity.ts';
import { Announcer } from '../document/people/announcer.ts';
import { element } from '../document/element.ts';
import { showNotice } from '../document/dialog/notice.ts';
import { hintAtMore } from '../document/bar/scroll-hint.ts';
import { showStatus } from '../document/bar/status.ts';
import { titleOf, untitled } from '../document/bar/title.ts';
import { toast } from '../document/dialog/toast.ts';
import { canRead } from './can-read.ts';
import { embedIdentity } from './frame-identity.ts';
import { followChanges } from './follow-changes.ts';
import { embedErrorOf } from './frame-errors.ts';

/**
 * The editor in the frame of another site, `/embed/NAME`. Storage in such frames is blocked, or apart
 * for each site: nothing is kept on the device, and nothing here needs it.
 */
const paper = element('paper', HTMLElement);
const toolbar = element('toolbar', HTMLElement);
const notice = element('notice', HTMLElement);
let editor: Editor | null = null;

const { name, site, init, credential: firstCredential } = await connectToParent(hear);
let credential = firstCredential;
/** Whether the site has handed this credential in by itself, so that it need not be asked for it. */
let isNew = true;

const doc = new Y.Doc();
const provider = createProvider();
const identity = embedIdentity(loadIdentity(), init.user ?? null);
provider?.awareness.setLocalStateField('user', { name: identity.name, color: identity.color });

reportHeight(site);
hintAtMore(toolbar);
// With a credential that others may not have, the site's own page is the way to the whole document.
element('whole', HTMLAnchorElement).href = documentAddress(name, credentialIn(location.hash));
if (init.locale) paper.lang = init.locale;
if (provider) begin(provider);

/** Null where the credential is not for this frame: then nothing connects. */
function createProvider(): EdgepadProvider | null {
  const foreign = foreignCredential(site, credential);
  if (foreign !== null) {
    refuse('foreign-origin', foreign, 'This document cannot be opened here');
    return null;
  }
  return new EdgepadProvider({ url: docsUrl(), name, doc, getToken, schema: schemaNumber });
}

async function getToken(): Promise<string | null> {
  if (isNew) isNew = false;
  else credential = await site.askForToken(credential);
  const foreign = foreignCredential(site, credential);
  if (foreign === null) return credential;
  refuse('foreign-origin', foreign, 'This document cannot be opened here');
  throw new TypeError(`Cannot use token: ${foreign}`);
}

function begin(provider: EdgepadProvider): void {
  const announcer = new Announcer(element('spoken-status', HTMLElement));
  showStatus(provider, {
    text: element('status', HTMLElement),
    retry: element('retry', HTMLButtonElement),
  }, announcer);
  followChanges(provider, site, () => titleOf(metaOf(doc)));
  provider.addEventListener('status', () => followStatus(provider));
  if (provider.synced) start(provider);
  else provider.addEventListener('synced', () => start(provider), { once: true });
  void showPeopleLater(provider, announcer);
}

/** From the first sync on: before it, nobody knows what would be written over. */
function start(provider: EdgepadProvider): void {
  const title = titleOf(metaOf(doc));
  element('page-heading', HTMLElement).textContent = title || untitled;
  if (unsupportedTextIn(doc) !== null) return changeMode('view');
  watchForUnsupportedContent(contentOf(doc), () => {
    editor?.destroy();
    changeMode('view');
  });
  const link = createLinkCommand(document.body);
  const image = createImageCommand(document.body);
  editor = createEditor(paper, {
    doc,
    awareness: provider.awareness,
    editable: mayWrite(provider),
    plugins: [link.plugin, createToolbar(toolbar, link.open, image.open)],
    tell: (message) => toast(message, 'failed'),
  });
  paper.removeAttribute('aria-busy');
  site.tell({ type: 'ready', mode: 'edit', title });
  void lookAfterTheText(provider);
}

async function showPeopleLater(provider: EdgepadProvider, announcer: Announcer): Promise<void> {
  const { showPeople } = await import('../document/people/people.ts');
  const button = element('people', HTMLButtonElement);
  showPeople(provider.awareness, identity, identityIn(credential), {
    button,
    list: element('people-list', HTMLElement),
    name: element('guest-name', HTMLInputElement),
    colors: element('guest-colors', HTMLElement),
  }, announcer);
  button.disabled = false;
}

/** Sees to it that no word is lost to a merge, or to a service that takes no more. */
async function lookAfterTheText(provider: EdgepadProvider): Promise<void> {
  const { recoverLostText } = await import('../document/recovery/recover-lost-text.ts');
  const { rescue, refused } = recoverLostText({
    doc,
    name,
    url: docsUrl(),
    source: provider,
    clients: [doc.clientID],
    viewOf: () => editor?.view ?? null,
    mayWrite: () => mayWrite(provider),
  });
  const follow = () => {
    const { status: { state }, serviceStateVector } = provider;
    if (serviceStateVector) rescue.markSaved(serviceStateVector);
    if (state === 'saved') rescue.markSaved(Y.encodeStateVector(doc));
    if (state !== 'refused' && state !== 'read-only') return;
    if (rescue.unsentText !== '') refused();
    // What was saved is gone as well: this page has the last of it.
    else if (isGone(provider)) refused('all');
    // Lowered to reading: the read-only page follows the others, this one would stand still.
    else if (provider.role === 'view') changeMode('view');
  };
  provider.addEventListener('status', follow);
  follow();
}

function followStatus(provider: EdgepadProvider): void {
  const { status } = provider;
  editor?.setEditable(mayWrite(provider));
  if (status.state !== 'refused') {
    notice.hidden = true;
    paper.hidden = false;
    return;
  }
  void turnedAway(status);
}

async function turnedAway(status: ProviderStatus & { readonly state: 'refused' }): Promise<void> {
  // Never could write: it is read instead. With text on the page that is looked after first.
  if (!editor && status.code === CloseCode.forbidden && await canRead(name, credential)) {
    return changeMode('view');
  }
  const { code, heading, message } = embedErrorOf(status, credential !== null, editor !== null);
  refuse(code, message, heading);
}

function isGone({ status }: EdgepadProvider): boolean {
  return status.state === 'refused' && status.code === CloseCode.notFound;
}

function refuse(code: string, message: string, heading: string): void {
  paper.hidden = editor === null;
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

function mayWrite({ status: { state } }: EdgepadProvider): boolean {
  return state !== 'read-only' && state !== 'refused';
}

function hear(message: ToFrame): void {
  switch (message.type) {
    case 'setToken':
      credential = message.token;
      isNew = true;
      provider?.renewToken();
      break;
    case 'focus':
      editor?.view.focus();
      break;
    case 'destroy':
      provider?.destroy();
      site.tell({ type: 'destroyed' });
      break;
    case 'setTheme':
      break;
  }
}

// Beside the text a press means the text, as on the page of its own.
document.addEventListener('mousedown', (event) => {
  if (!editor || !(event.target instanceof HTMLElement)) return;
  if (!event.target.matches('html, body, main, .paper')) return;
  event.preventDefault();
  editor.view.focus();
});

addEventListener('beforeunload', (event) => {
  const { state } = provider?.status ?? {};
  const isUnsent = provider?.status.state === 'offline' && provider.status.unsent > 0;
  if (state === 'saving' || isUnsent) event.preventDefault();
});
