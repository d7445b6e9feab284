import type { Plugin } from 'prosemirror-state';
import * as Y from 'yjs';
import { contentOf, metaOf } from '../../protocol/schema.ts';
import { createEditor, type Editor } from '../editor/editor.ts';
import { unknownIn } from '../editor/foreign-text.ts';
import { watchForUnknown } from '../editor/guard.ts';
import { createImageCommand } from '../editor/image-command.ts';
import { createLinkCommand } from '../editor/link-command.ts';
import { toolbarItems } from '../editor/toolbar-items.ts';
import { createToolbar } from '../editor/toolbar.ts';
import { loadIdentity } from '../identity.ts';
import { EdgepadProvider } from '../provider/provider.ts';
import { rememberDocument } from '../recent-documents.ts';
import { copyLinkButton } from './document/copy-link.ts';
import { showNotice } from './document/notice.ts';
import { showPeople } from './document/people.ts';
import { showStatus } from './document/status.ts';
import { bindTitle, untitled } from './document/title.ts';

/** The document page, `/d/NAME`. */
const name = decodeURIComponent(location.pathname.split('/')[2] ?? '');
const viewAddress = `/v/${encodeURIComponent(name)}`;

const doc = new Y.Doc();
const provider = new EdgepadProvider({
  url: `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}/docs`,
  name,
  doc,
});

const title = element('title', HTMLInputElement);
const paper = element('paper', HTMLElement);
const notice = element('notice', HTMLElement);
let editor: Editor | null = null;

element('view-link', HTMLAnchorElement).href = viewAddress;
copyLinkButton(element('copy-link', HTMLButtonElement), element('copy-link-text', HTMLElement));
showStatus(provider, element('status', HTMLElement), element('spoken-status', HTMLElement));
showPeople(provider.awareness, loadIdentity(), {
  button: element('people', HTMLButtonElement),
  list: element('people-list', HTMLElement),
  name: element('guest-name', HTMLInputElement),
  colors: element('guest-colors', HTMLElement),
});

provider.addEventListener('status', followStatus);
if (provider.synced) start();
else provider.addEventListener('synced', start, { once: true });
followStatus();

/** From the first sync on: before it, nobody knows what would be written over. */
function start(): void {
  bindTitle(title, metaOf(doc), (text) => {
    document.title = `${text || untitled} · Edgepad`;
    rememberDocument({ name, title: text, openedAt: Date.now() });
  });
  const content = contentOf(doc);
  const unknown = unknownIn(doc);
  if (unknown !== null) {
    refuseUnknown(unknown);
    return;
  }
  watchForUnknown(content, refuseUnknown);
  editor = createEditor(paper, {
    doc,
    awareness: provider.awareness,
    editable: mayWrite(),
    plugins: formattingPlugins(),
  });
  paper.removeAttribute('aria-busy');
  title.readOnly = !mayWrite();
  if (content.length === 0 && mayWrite()) editor.view.focus();
}

function formattingPlugins(): Plugin[] {
  const link = createLinkCommand(document.body);
  const image = createImageCommand(document.body);
  const items = toolbarItems(link.open, image.open);
  const toolbar = createToolbar(element('toolbar', HTMLElement), items);
  return [link.plugin, toolbar];
}

function followStatus(): void {
  const { status } = provider;
  editor?.setEditable(mayWrite());
  title.readOnly = !editor || !mayWrite();
  if (status.state !== 'refused') return;
  paper.hidden = editor === null;
  const reason = status.reason || `The service answered with code ${status.code}`;
  showNotice(notice, {
    heading: editor ? 'Nothing can be written here any more' : 'This document cannot be opened',
    text: editor ? `${reason}. Copy what you still need: it stands below.` : `${reason}.`,
    link: { href: '/', text: 'All documents' },
  });
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
  element('toolbar', HTMLElement).hidden = true;
  showNotice(notice, {
    heading: 'This document can only be read here',
    text: `It holds something this editor does not know: ${what}. Editing it here would delete ` +
      'that for everybody, so it stays untouched.',
    link: { href: viewAddress, text: 'Read the document' },
  });
}

title.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.isComposing) return;
  event.preventDefault();
  editor?.view.focus();
});

addEventListener('beforeunload', (event) => {
  const { status } = provider;
  if (status.state === 'saving' || (status.state === 'offline' && status.unsent)) {
    event.preventDefault();
  }
});

function element<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new TypeError(`Cannot find ${type.name} in page: #${id}`);
  return found;
}
