import type { Plugin } from 'prosemirror-state';
import * as Y from 'yjs';
import { contentOf, metaOf, schemaNumber } from '../../../protocol/schema.ts';
import { docsUrl } from '../../docs-url.ts';
import { createEditor, type Editor } from '../../editor/editor.ts';
import { unsupportedTextIn } from '../../editor/model/unsupported-text.ts';
import { watchForUnsupportedContent } from '../../editor/model/unsupported-content.ts';
import { createImageCommand } from '../../editor/view/image-command.ts';
import { createLinkCommand } from '../../editor/view/link-command.ts';
import { createToolbar } from '../../editor/view/toolbar.ts';
import { loadIdentity } from '../../identity.ts';
import { credentialIn, documentAddress, withKey } from '../../credential.ts';
import { openOfflineCopy } from '../../provider/offline/offline-copy.ts';
import { EdgepadProvider } from '../../provider/provider.ts';
import { Announcer } from './people/announcer.ts';
import { canRun } from './menu/can-run.ts';
import { commandForKey } from './menu/command-keys.ts';
import { element } from './element.ts';
import { loadPageShell } from './load-page-shell.ts';
import { showStatus } from './bar/status.ts';
import { bindTitle, titleOf, untitled } from './bar/title.ts';

/** The document page, `/d/NAME`. */
const name = decodeURIComponent(location.pathname.split('/')[2] ?? '');
const credential = credentialIn(location.hash) ?? credentialIn(location.search);
const viewAddress = withKey(`/v/${encodeURIComponent(name)}`, credential);

// Loaded beside everything else; nothing waits for it.
element('later-styles', HTMLLinkElement).media = 'all';

const doc = new Y.Doc();
const offline = openOfflineCopy(name, doc);
const provider = new EdgepadProvider({
  url: docsUrl(),
  name,
  doc,
  offline,
  getToken: () => credential,
  schema: schemaNumber,
});

const title = element('title', HTMLInputElement);
const paper = element('paper', HTMLElement);
const notice = element('notice', HTMLElement);
const toolbar = element('toolbar', HTMLElement);
/** For screen readers and for paper: the title in the bar is a field. */
const heading = element('page-heading', HTMLElement);
let editor: Editor | null = null;

const announcer = new Announcer(element('spoken-status', HTMLElement));
showStatus(provider, {
  text: element('status', HTMLElement),
  retry: element('retry', HTMLButtonElement),
}, announcer);
const identity = loadIdentity();
provider.awareness.setLocalStateField('user', { name: identity.name, color: identity.color });

const surroundings = loadPageShell();
const commands = surroundings.then(({ showPageShell }) =>
  showPageShell(
    {
      name,
      credential,
      viewAddress,
      provider,
      offline,
      notice,
      editor: () => editor,
      bar: element('bar', HTMLElement),
      outlineRail: element('outline', HTMLElement),
      title: () => titleOf(metaOf(doc)),
    },
    identity,
    announcer,
  )
);
// Also where the page says so already: one kept on the device may have been another document's.
element('view-link', HTMLAnchorElement).href = credential === null
  ? viewAddress
  : `${viewAddress}&once`;
addEventListener('keydown', (event) => {
  const command = commandForKey(event);
  // In a dialog these keys are the browser's.
  if (command === null || document.querySelector('dialog[open]')) return;
  // There is no text to search before it is here.
  if (!canRun(command === 'replace' ? 'find' : command, editor)) return;
  event.preventDefault();
  void commands.then((loaded) => loaded.run(command));
}, true);

offline.addEventListener('change', () => {
  // Where the document may not be opened any more the copy goes because it is meant to.
  if (offline.state.kind === 'failed' && provider.status.state !== 'refused') {
    tell(`Not kept on this device: ${offline.state.reason}`);
  }
});
provider.addEventListener('status', followStatus);
if (provider.synced) start();
else provider.addEventListener('synced', start, { once: true });
followStatus();

/** From the first sync on: before it, nobody knows what would be written over. */
function start(): void {
  bindTitle(title, metaOf(doc), (text) => {
    document.title = `${text || untitled} · Edgepad`;
    heading.textContent = text || untitled;
    heading.toggleAttribute('data-untitled', text === '');
    void commands.then((loaded) => loaded.remember());
  });
  const content = contentOf(doc);
  const unknown = unsupportedTextIn(doc);
  if (unknown !== null) {
    refuseUnknown(unknown);
    return;
  }
  watchForUnsupportedContent(content, refuseUnknown);
  editor = createEditor(paper, {
    doc,
    awareness: provider.awareness,
    editable: mayWrite(),
    plugins: formattingPlugins(),
    tell,
  });
  paper.removeAttribute('aria-busy');
  title.readOnly = !mayWrite();
  if (content.length === 0 && mayWrite()) editor.view.focus();
  if (/[#&]import$/.test(location.hash)) void beginWithChosenFile(editor);
  void lookAfterTheText();
  void showTheRest(editor);
}

/** Sees to it that no word is lost to a merge, or to a service that takes no more. */
async function lookAfterTheText(): Promise<void> {
  const { recoverLostTextOnPage } = await import('./recovery/recover-lost-text.ts');
  await recoverLostTextOnPage(provider, offline, {
    doc,
    name,
    url: docsUrl(),
    viewOf: () => editor?.view ?? null,
    mayWrite,
  });
}

/** The rest of choosing a file, here or on the home page. Loads what reads it. */
async function beginWithChosenFile(editor: Editor): Promise<void> {
  // Reloaded, the page must not look for it again.
  history.replaceState(null, '', documentAddress(name, credential));
  const { beginWithFile } = await import('../shared/import/begin-with-file.ts');
  await beginWithFile(name, editor, (text) => metaOf(doc).set('title', text));
}

async function showTheRest(editor: Editor): Promise<void> {
  const { keepCaretClearOfBars, loadOptionalPartsWhenIdle } = await surroundings;
  keepCaretClearOfBars(editor);
  loadOptionalPartsWhenIdle(editor, await commands, element('word-count', HTMLButtonElement));
}

function formattingPlugins(): Plugin[] {
  const link = createLinkCommand(document.body);
  const image = createImageCommand(document.body);
  return [link.plugin, createToolbar(toolbar, link.open, image.open)];
}

/** Says that something failed. */
function tell(message: string): void {
  void surroundings.then(({ toast }) => toast(message, 'failed'));
}

function followStatus(): void {
  const { status } = provider;
  editor?.setEditable(mayWrite());
  title.readOnly = !editor || !mayWrite();
  if (status.state !== 'refused') return;
  toolbar.hidden = true;
  paper.hidden = editor === null;
  void commands.then((loaded) => loaded.turnedAway(status));
}

function mayWrite(): boolean {
  return provider.status.state !== 'read-only' && provider.status.state !== 'refused';
}

/** The editor would delete what it does not know from everybody's document: it goes, the text stays. */
function refuseUnknown(what: string): void {
  editor?.destroy();
  editor = null;
  title.readOnly = true;
  paper.hidden = true;
  toolbar.hidden = true;
  void surroundings.then(({ showUnsupportedDocument }) =>
    showUnsupportedDocument(notice, what, viewAddress)
  );
}

// Another link to the same document is pasted over this one's address: only the fragment differs.
addEventListener('hashchange', () => {
  if (![null, credential].includes(credentialIn(location.hash))) location.reload();
});

title.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.isComposing) return;
  event.preventDefault();
  editor?.view.focus();
});

addEventListener('beforeunload', (event) => {
  const { status } = provider;
  if (
    status.state === 'saving' || (status.state === 'offline' && status.unsent > 0 && !status.stored)
  ) {
    event.preventDefault();
  }
});
