import * as Y from 'yjs';
import { contentOf, metaOf } from '../../../protocol/schema.ts';
import type { Editor } from '../../editor/editor.ts';
import { loadIdentity } from '../../access/guest-identity.ts';
import {
  credentialIn,
  docsUrl,
  documentAddress,
  viewAddress as viewAddressOf,
} from '../../access/document-address.ts';
import { openOfflineCopy } from '../../provider/offline/offline-copy.ts';
import { confirmUnload, LiveEditor } from '../../live-editor/live-editor.ts';
import { Announcer } from './people/announcer.ts';
import { canRun } from './menu/can-run.ts';
import { commandForKey } from './menu/command-keys.ts';
import { element } from '../shared/element.ts';
import { loadPageShell } from './load-page-shell.ts';
import { showStatus } from './bar/status.ts';
import { bindTitle, titleOf, untitled } from './bar/title.ts';

/** The document page, `/d/NAME`. */
const name = decodeURIComponent(location.pathname.split('/')[2] ?? '');
const credential = credentialIn(location.hash) ?? credentialIn(location.search);
const viewAddress = viewAddressOf(name, credential);

// Loaded beside everything else; nothing waits for it.
element('later-styles', HTMLLinkElement).media = 'all';

const title = element('title', HTMLInputElement);
const notice = element('notice', HTMLElement);
/** For screen readers and for paper: the title in the bar is a field. */
const heading = element('page-heading', HTMLElement);
const identity = loadIdentity();
const surroundings = loadPageShell();

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
  loadCreateDocument: async () => (await surroundings).createDocumentHere(),
  onMounted: start,
  onUnsupported,
  notify: tell,
});
const { provider } = live;

const announcer = new Announcer(element('spoken-status', HTMLElement));
showStatus(provider, {
  text: element('status', HTMLElement),
  retry: element('retry', HTMLButtonElement),
}, announcer);
const commands = surroundings.then(({ showPageShell }) =>
  showPageShell(
    {
      name,
      credential,
      viewAddress,
      provider,
      offline,
      notice,
      editor: () => live.editor,
      bar: element('bar', HTMLElement),
      outlineRail: element('outline', HTMLElement),
      title: () => titleOf(metaOf(doc)),
    },
    identity,
    announcer,
  )
);
addEventListener('keydown', (event) => {
  const command = commandForKey(event);
  // In a dialog these keys are the browser's.
  if (command === null || document.querySelector('dialog[open]')) return;
  // There is no text to search before it is here.
  if (!canRun(command === 'replace' ? 'find' : command, live.editor)) return;
  event.preventDefault();
  void commands.then((loaded) => loaded.run(command));
}, true);

provider.addEventListener('synced', showTitle, { once: true });
provider.addEventListener('status', followStatus);
confirmUnload(provider);

function showTitle(): void {
  bindTitle(title, metaOf(doc), (text) => {
    document.title = `${text || untitled} · Edgepad`;
    heading.textContent = text || untitled;
    heading.toggleAttribute('data-untitled', text === '');
    void commands.then((loaded) => loaded.remember());
  });
}

function start(editor: Editor): void {
  title.readOnly = !live.isEditable;
  if (contentOf(doc).length === 0 && live.isEditable) editor.view.focus();
  if (/[#&]import$/.test(location.hash)) void beginWithChosenFile(editor);
  void showTheRest(editor);
}

/** Imports the file chosen on this page or on the home page. */
async function beginWithChosenFile(editor: Editor): Promise<void> {
  // Without the marker, a reload does not import again.
  history.replaceState(null, '', documentAddress(name, credential));
  const { beginWithFile } = await import('../shared/import/begin-with-file.ts');
  await beginWithFile(name, editor, (text) => metaOf(doc).set('title', text));
}

async function showTheRest(editor: Editor): Promise<void> {
  const { keepCaretClearOfBars, loadOptionalPartsWhenIdle } = await surroundings;
  keepCaretClearOfBars(editor);
  loadOptionalPartsWhenIdle(editor, await commands, element('word-count', HTMLButtonElement));
}

/** Shows that an action failed. */
function tell(message: string): void {
  void surroundings.then(({ toast }) => toast(message, 'failed'));
}

function followStatus(): void {
  const { status } = provider;
  title.readOnly = !live.editor || !live.isEditable;
  if (status.state === 'refused') void commands.then((loaded) => loaded.turnedAway(status));
}

function onUnsupported(what: string): void {
  title.readOnly = true;
  void surroundings.then(({ showUnsupportedDocument }) =>
    showUnsupportedDocument(notice, what, viewAddress)
  );
}

title.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.isComposing) return;
  event.preventDefault();
  live.editor?.view.focus();
});
