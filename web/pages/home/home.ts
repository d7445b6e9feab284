import { ago } from '../shared/ago.ts';
import { ServiceError } from '../../access/call-service.ts';
import { createDocument } from '../shared/create-document.ts';
import { documentAddress } from '../../access/document-address.ts';
import {
  type RecentDocument,
  recentDocuments,
  removeDocument,
} from '../shared/recent-documents.ts';
import { bindThemeSwitch } from '../shared/theme-choice.ts';
import { chooseFile } from '../shared/import/choose-file.ts';
import { ImportError, storeImport } from '../shared/import/hand-over.ts';

const list = document.querySelector<HTMLUListElement>('#documents');
const create = document.querySelector<HTMLButtonElement>('#create');
const choose = document.querySelector<HTMLButtonElement>('#import');
const state = document.querySelector<HTMLElement>('#state');
const theme = document.querySelector<HTMLElement>('#theme');
if (!list || !create || !choose || !state || !theme) {
  throw new TypeError('Cannot start home page: an element is missing');
}

create.addEventListener('click', () => {
  void telling(async () => location.assign((await createDocument()).address));
});
choose.addEventListener('click', () => chooseFile((file) => void telling(() => storeImport(file))));
bindThemeSwitch(theme);

let isBusy = false;

/** Does what was asked for, once at a time, and says why where it cannot be done. */
async function telling(work: () => Promise<void>): Promise<void> {
  if (isBusy) return;
  isBusy = true;
  tell('');
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ImportError || error instanceof ServiceError)) throw error;
    tell(error.message);
  } finally {
    isBusy = false;
  }
}

function tell(text: string): void {
  if (state) state.textContent = text;
}

// Shown again when the person comes back to the page by the browser's back button.
addEventListener('pageshow', () => {
  tell('');
  show(list);
});

function show(list: HTMLUListElement): void {
  const documents = recentDocuments();
  list.replaceChildren(...documents.map((document) => entry(document)));
  document.documentElement.dataset.documents = documents.length === 0 ? 'none' : 'some';
}

function entry({ name, title, openedAt, proof: credential }: RecentDocument): HTMLLIElement {
  const item = document.createElement('li');
  const link = document.createElement('a');
  link.href = documentAddress(name, credential);
  const heading = document.createElement('span');
  heading.className = 'document-title';
  heading.dir = 'auto';
  heading.textContent = title || 'Untitled';
  const time = document.createElement('time');
  time.dateTime = new Date(openedAt).toISOString();
  time.title = new Date(openedAt).toLocaleString();
  time.textContent = `Opened ${ago(openedAt)}`;
  link.append(heading, time);
  const forget = document.createElement('button');
  forget.type = 'button';
  forget.className = 'forget';
  forget.title = 'Take off this list. The document stays.';
  forget.setAttribute('aria-label', `Take “${heading.textContent}” off this list`);
  forget.textContent = '×';
  forget.addEventListener('click', () => {
    removeDocument(name);
    const next = item.nextElementSibling ?? item.previousElementSibling;
    const focus = next?.querySelector<HTMLElement>('a') ?? create;
    item.remove();
    if (list) show(list);
    focus?.focus();
  });
  item.append(link, forget);
  return item;
}
