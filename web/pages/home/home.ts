import { documentAddress } from '../../access/document-address.ts';
import { handleFileDrops } from '../../platform/file-drops.ts';
import { registerServiceWorker } from '../../platform/register-service-worker.ts';
import { whenIdle } from '../../platform/when-idle.ts';
import { createDocument } from '../shared/create-document.ts';
import { element } from '../shared/element.ts';
import { chooseFile, importFile } from '../shared/import/import-file.ts';
import { ownedDocument } from '../shared/owned-documents.ts';
import { type RecentDocument, recentDocuments } from '../shared/recent-documents.ts';
import { relativeTime } from '../shared/relative-time.ts';
import { fillThemeSwitch } from '../shared/theme-switch.ts';
import { UserError } from '../shared/user-error.ts';
import { removeFromList } from './remove-from-list.ts';

const list = element('documents', HTMLUListElement);
const create = element('create', HTMLButtonElement);
const message = element('message', HTMLElement);
const removed = element('removed', HTMLElement);

create.addEventListener('click', () => {
  void attempt(async () => location.assign((await createDocument()).address));
});
element('import', HTMLButtonElement).addEventListener('click', () => {
  chooseFile((file) => void attempt(() => importFile(file)));
});
handleFileDrops(([file]) => {
  if (file) void attempt(() => importFile(file));
});
fillThemeSwitch(element('theme', HTMLFieldSetElement));

// Also when the browser's back button shows the page again.
addEventListener('pageshow', () => {
  message.textContent = '';
  removed.replaceChildren();
  showDocuments();
});

whenIdle(() => void registerServiceWorker('/'), 2_000);

let isBusy = false;

/** Runs one action at a time and shows why it failed. */
async function attempt(work: () => Promise<void>): Promise<void> {
  if (isBusy) return;
  isBusy = true;
  message.textContent = '';
  try {
    await work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    message.textContent = error.message;
  } finally {
    isBusy = false;
  }
}

function showDocuments(): void {
  const documents = recentDocuments();
  list.replaceChildren(...documents.map(entryOf));
  document.documentElement.dataset.documents = documents.length === 0 ? 'none' : 'some';
}

function entryOf(entry: RecentDocument): HTMLLIElement {
  const { name, title, openedAt, credential } = entry;
  const owned = ownedDocument(name);
  const item = document.createElement('li');
  const link = document.createElement('a');
  // The page uses the owner's key, which people must not share by copying the link.
  link.href = documentAddress(name, owned ? owned.edit : credential);
  const heading = document.createElement('span');
  heading.className = 'document-title';
  heading.dir = 'auto';
  heading.textContent = title || 'Untitled';
  const time = document.createElement('time');
  time.dateTime = new Date(openedAt).toISOString();
  time.title = new Date(openedAt).toLocaleString();
  time.textContent = `Opened ${relativeTime(openedAt)}`;
  link.append(heading, time);
  const remove = document.createElement('button');
  remove.type = 'button';
  remove.className = 'remove';
  remove.title = 'Remove from this list. The document is not deleted.';
  remove.setAttribute('aria-label', `Remove “${heading.textContent}” from this list`);
  remove.textContent = '×';
  remove.addEventListener('click', async () => {
    if (await removeFromList(entry, removed, showDocuments)) showDocuments();
  });
  item.append(link, remove);
  return item;
}
