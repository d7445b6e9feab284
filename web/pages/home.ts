import { newDocumentName } from '../new-document-name.ts';
import { forgetDocument, type RecentDocument, recentDocuments } from '../recent-documents.ts';
import { bindThemeSwitch } from '../theme-choice.ts';
import { chooseFile } from './import/choose-file.ts';
import { handOver, ImportError } from './import/hand-over.ts';

const list = document.querySelector<HTMLUListElement>('#documents');
const create = document.querySelector<HTMLButtonElement>('#create');
const choose = document.querySelector<HTMLButtonElement>('#import');
const importState = document.querySelector<HTMLElement>('#import-state');
const theme = document.querySelector<HTMLElement>('#theme');
if (!list || !create || !choose || !importState || !theme) {
  throw new TypeError('Cannot start home page: an element is missing');
}

create.addEventListener('click', () => location.assign(`/d/${newDocumentName()}`));
bindThemeSwitch(theme);

choose.addEventListener('click', () => {
  chooseFile(async (file) => {
    tellImport('');
    try {
      await handOver(file);
    } catch (error) {
      if (!(error instanceof ImportError)) throw error;
      tellImport(error.message);
    }
  });
});

function tellImport(text: string): void {
  if (importState) importState.textContent = text;
}

// Shown again when the person comes back to the page by the browser's back button.
addEventListener('pageshow', () => {
  tellImport('');
  show(list);
});

function show(list: HTMLUListElement): void {
  const documents = recentDocuments();
  list.replaceChildren(...documents.map((document) => entry(document)));
  document.documentElement.dataset.documents = documents.length === 0 ? 'none' : 'some';
}

function entry({ name, title, openedAt }: RecentDocument): HTMLLIElement {
  const item = document.createElement('li');
  const link = document.createElement('a');
  link.href = `/d/${encodeURIComponent(name)}`;
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
    forgetDocument(name);
    const next = item.nextElementSibling ?? item.previousElementSibling;
    const focus = next?.querySelector<HTMLElement>('a') ?? create;
    item.remove();
    if (list) show(list);
    focus?.focus();
  });
  item.append(link, forget);
  return item;
}

function ago(then: number): string {
  const minutes = Math.round((Date.now() - then) / 60_000);
  const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
  if (minutes < 1) return 'just now';
  if (minutes < 60) return format.format(-minutes, 'minute');
  if (minutes < 60 * 24) return format.format(-Math.round(minutes / 60), 'hour');
  if (minutes < 60 * 24 * 30) return format.format(-Math.round(minutes / (60 * 24)), 'day');
  return new Date(then).toLocaleDateString();
}
