import { copyText } from './clipboard-text.ts';
import { openDialog } from './dialog.ts';

/** How long a button says that it has copied, in milliseconds. */
const answeredFor = 2000;

/**
 * Shows the links to a document. Who may do what is not decided here yet: both links carry the
 * document's one name, and the dialog says so.
 */
export function openShareDialog(name: string): void {
  const path = encodeURIComponent(name);
  const { dialog, body } = openDialog('Share', 'share');
  const note = document.createElement('p');
  note.className = 'dialog-note';
  note.textContent =
    'Both links lead to the same document, and who has one can work out the other: ' +
    'share either only with people who may write in it.';
  body.append(
    linkRow('Edit link', 'Opens the editor: to write together.', `/d/${path}`),
    linkRow('View link', 'Opens a page to read, which stays up to date.', `/v/${path}`),
    note,
  );
  dialog.querySelector<HTMLElement>('.share-copy')?.focus();
}

function linkRow(label: string, explanation: string, path: string): HTMLElement {
  const row = document.createElement('div');
  row.className = 'share-row';
  const field = document.createElement('label');
  field.className = 'field';
  const input = document.createElement('input');
  input.readOnly = true;
  input.value = new URL(path, location.href).href;
  input.addEventListener('focus', () => input.select());
  const hint = document.createElement('span');
  hint.className = 'field-hint';
  hint.id = `share-${label.toLowerCase().replace(' ', '-')}`;
  hint.textContent = explanation;
  input.setAttribute('aria-describedby', hint.id);
  field.append(label, input);
  const copy = document.createElement('button');
  copy.type = 'button';
  copy.className = 'button share-copy';
  copy.textContent = 'Copy';
  copy.setAttribute('aria-label', `Copy ${label.toLowerCase()}`);
  const answer = document.createElement('span');
  answer.className = 'visually-hidden';
  answer.setAttribute('role', 'status');
  let timer: ReturnType<typeof setTimeout> | undefined;
  copy.addEventListener('click', async () => {
    clearTimeout(timer);
    if (await copyText(input.value)) {
      copy.textContent = 'Copied';
      answer.textContent = `${label} copied`;
    } else {
      // Selected, it is one key away.
      input.focus();
      answer.textContent = 'The browser forbids copying. The link is selected: copy it by hand.';
    }
    timer = setTimeout(() => {
      copy.textContent = 'Copy';
      answer.textContent = '';
    }, answeredFor);
  });
  row.append(field, copy, hint, answer);
  return row;
}
