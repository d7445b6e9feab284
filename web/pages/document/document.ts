import * as Y from 'yjs';
import { contentOf, metaOf } from '../../../protocol/schema.ts';
import { credentialIn, docsUrl } from '../../access/document-address.ts';
import { loadIdentity } from '../../access/guest-identity.ts';
import { credentialFor } from '../../access/kept-credential.ts';
import type { Editor } from '../../editor/editor.ts';
import { confirmUnload, LiveEditor } from '../../live-editor/live-editor.ts';
import { openOfflineCopy } from '../../provider/offline/offline-copy.ts';
import { element } from '../shared/element.ts';
import { Announcer } from './bar/announcer.ts';
import { showStatus } from './bar/status.ts';
import type { DocumentPage } from './document-page.ts';
import { loadPageShell } from './load-page-shell.ts';
import { canRun, commandForKey } from './menu/command.ts';

/** The document page, `/d/NAME`. */
const name = decodeURIComponent(location.pathname.split('/')[2] ?? '');
const credential = credentialFor(
  name,
  credentialIn(location.hash) ?? credentialIn(location.search),
);

element('deferred-styles', HTMLLinkElement).media = 'all';

const title = element('title', HTMLInputElement);
let isTitleBound = false;
const identity = loadIdentity();
const shell = loadPageShell();

const doc = new Y.Doc();
const offline = openOfflineCopy(name, doc);
const live = new LiveEditor({
  doc,
  offline,
  name,
  url: docsUrl(),
  getToken: () => credential,
  user: identity,
  text: element('paper', HTMLElement),
  toolbar: element('toolbar', HTMLElement),
  overlays: document.body,
  loadCreateDocument: async () => (await shell).createDocumentHere(),
  onMounted,
  others: 'data',
  onUnsupported,
  onSupported: () => void shell.then(({ showSupportedDocument }) => showSupportedDocument(page)),
  notify: (message) => void shell.then(({ showToast }) => showToast(message, 'failed')),
});
const { provider } = live;
const page: DocumentPage = {
  name,
  credential,
  provider,
  offline,
  notice: element('notice', HTMLElement),
  bar: element('bar', HTMLElement),
  outlineRail: element('outline', HTMLElement),
  editor: () => live.editor,
};

const announcer = new Announcer(element('spoken-status', HTMLElement));
showStatus(provider, {
  text: element('status', HTMLElement),
  retry: element('retry', HTMLButtonElement),
}, announcer);
const commands = shell.then(({ showPageShell }) => showPageShell(page, identity, announcer));

provider.addEventListener('synced', showTitle, { once: true });
provider.addEventListener('status', followStatus);
confirmUnload(provider);

addEventListener('keydown', (event) => {
  const command = commandForKey(event);
  // In a dialog these keys are the browser's.
  if (command === null || document.querySelector('dialog[open]')) return;
  // Before the first sync the browser's own search opens. In a read-only document, the key to replace
  // opens the find bar without its replacement.
  if (!canRun(command === 'replace' ? 'find' : command, live.editor)) return;
  event.preventDefault();
  void commands.then((loaded) => loaded.run(command));
}, true);

title.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.isComposing) return;
  event.preventDefault();
  live.editor?.view.focus();
});

async function showTitle(): Promise<void> {
  const { bindTitle } = await shell;
  const loaded = await commands;
  bindTitle(title, metaOf(doc), () => loaded.showTitle());
  isTitleBound = true;
  followTitle();
}

function followTitle(): void {
  title.readOnly = !isTitleBound || !live.editor || !live.isEditable;
}

function onMounted(editor: Editor): void {
  followTitle();
  if (contentOf(doc).length === 0 && live.isEditable) editor.view.focus();
  if (/[#&]import$/.test(location.hash)) void importChosenFile(editor);
  void loadOptionalParts(editor);
}

/** Imports the file that was chosen before this document was created. */
async function importChosenFile(editor: Editor): Promise<void> {
  // Without the marker, a reload does not import again.
  history.replaceState(null, '', location.href.replace(/.import$/, ''));
  const { insertStoredFile } = await import('./insert-stored-file.ts');
  await insertStoredFile(name, editor, (text) => metaOf(doc).set('title', text));
}

async function loadOptionalParts(editor: Editor): Promise<void> {
  const { keepCaretClearOfBars, loadOptionalPartsWhenIdle } = await shell;
  keepCaretClearOfBars(editor.view);
  loadOptionalPartsWhenIdle(editor, await commands, element('word-count', HTMLButtonElement));
}

function followStatus(): void {
  const { status } = provider;
  followTitle();
  if (status.state !== 'refused') return;
  void shell.then(({ showAccessDenied }) => showAccessDenied(page, status));
}

function onUnsupported(content: string): void {
  title.readOnly = true;
  void shell.then(({ showUnsupportedDocument }) => showUnsupportedDocument(page, content));
}
