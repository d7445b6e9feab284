import { ago } from '../../shared/ago.ts';
import { ServiceError } from '../../../access/call-service.ts';
import { confirmAction } from '../dialog/confirm.ts';
import { copyField } from './copy-field.ts';
import type { DocumentKey, DocumentKeys, NewKey } from './document-keys.ts';

const roleNames = { view: 'Read', edit: 'Write', own: 'Own' } as const;

export interface LinkList {
  readonly element: HTMLElement;
  /** Asks the service once more. */
  refresh(): Promise<void>;
}

/** The links to a document, each with what it allows and when it was used; to rename and withdraw. */
export function linkList(keys: DocumentKeys): LinkList {
  const element = document.createElement('section');
  const heading = document.createElement('h3');
  heading.textContent = 'Links given out';
  // Where the focus goes when the entry it was on is gone.
  heading.tabIndex = -1;
  const none = document.createElement('p');
  none.className = 'field-hint';
  none.textContent = 'None so far.';
  none.hidden = true;
  const list = document.createElement('ul');
  list.className = 'share-links';
  const answer = document.createElement('p');
  answer.className = 'visually-hidden';
  answer.setAttribute('role', 'status');
  const error = document.createElement('p');
  error.className = 'dialog-error';
  error.setAttribute('role', 'alert');
  element.append(heading, none, list, error, answer);

  /** Does something with the links and shows them as they are then. Answers whether it was done. */
  const attempt = async (work: () => Promise<void>, done = ''): Promise<boolean> => {
    error.textContent = answer.textContent = '';
    try {
      await work();
      list.replaceChildren(...(await keys.list()).map(entry));
      none.hidden = list.childElementCount > 0;
      answer.textContent = done;
      return true;
    } catch (problem) {
      if (!(problem instanceof ServiceError)) throw problem;
      error.textContent = problem.message;
      return false;
    }
  };
  const entry = (key: DocumentKey): HTMLElement => {
    const name = key.label ? `“${key.label}”` : `the link to ${roleNames[key.role].toLowerCase()}`;
    const item = document.createElement('li');
    item.dataset.key = key.id;
    const role = document.createElement('span');
    role.className = 'share-role';
    role.dataset.role = key.role;
    role.textContent = roleNames[key.role];
    const replace = action('Replace', `Replace ${name}`, async () => {
      if (!await confirmAction(replacing(name))) return;
      let made: NewKey | null = null;
      await attempt(async () => {
        made = await keys.replace(key);
      }, `Replaced ${name}`);
      if (made) showNew(made);
    });
    const withdraw = action('Withdraw', `Withdraw ${name}`, async () => {
      if (!await confirmAction(withdrawing(key, name))) return;
      if (await attempt(() => keys.withdraw(key), `Withdrawn: ${name}`)) heading.focus();
    });
    const actions = document.createElement('span');
    actions.className = 'share-actions';
    // Of a link that owns: whoever replaced their own would be shown out before they had the new one.
    actions.append(...(key.role === 'own' ? [] : [replace]), withdraw);
    item.append(role, labelField(key, attempt), details(key), actions);
    return item;
  };
  const showNew = ({ id, link }: NewKey) => {
    const copy = copyField('New link', link, 'Shown only now: keep it.');
    list.querySelector(`[data-key="${CSS.escape(id)}"]`)?.append(copy.element);
    copy.element.querySelector('button')?.focus();
  };
  const labelField = (key: DocumentKey, attempt: (work: () => Promise<void>) => unknown) => {
    const input = document.createElement('input');
    input.className = 'share-label';
    input.value = key.label;
    input.maxLength = 80;
    input.dir = 'auto';
    input.placeholder = 'No label';
    input.setAttribute('aria-label', `Label of a link to ${roleNames[key.role].toLowerCase()}`);
    input.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && !event.isComposing) input.blur();
      if (event.key !== 'Escape' || input.value === key.label) return;
      // The first one gives back the label; the dialog stays.
      event.preventDefault();
      input.value = key.label;
    });
    input.addEventListener('change', () => {
      void attempt(() => keys.rename(key, input.value.trim()));
    });
    return input;
  };
  return {
    element,
    refresh: async () => {
      await attempt(async () => {});
    },
  };
}

function details({ created, lastUsed, expires }: DocumentKey): HTMLElement {
  const element = document.createElement('span');
  element.className = 'share-details';
  const parts = [
    `Made ${ago(Date.parse(created))}`,
    lastUsed === null ? 'never used' : `used ${ago(Date.parse(lastUsed))}`,
    ...(expires === null ? [] : [ending(Date.parse(expires))]),
  ];
  element.textContent = parts.join(' · ');
  return element;
}

function ending(expires: number): string {
  return `${expires <= Date.now() ? 'ended' : 'ends'} ${ago(expires)}`;
}

function replacing(name: string) {
  return {
    heading: 'Replace this link?',
    text:
      `The address given out so far for ${name} stops working at once. You get a new one to share.`,
    act: 'Replace',
  };
}

function withdrawing({ role }: DocumentKey, name: string) {
  const text = role === 'own'
    ? `Whoever owns the document by ${name} does so no more. If you came by it yourself, and there ` +
      'is no other, nobody can share or delete the document any more.'
    : `Whoever came by ${name} is shown out at once. What they wrote stays.`;
  return { heading: 'Withdraw this link?', text, act: 'Withdraw' };
}

function action(name: string, label: string, press: () => Promise<void>): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'button button-small';
  button.textContent = name;
  button.setAttribute('aria-label', label);
  button.addEventListener('click', () => void press());
  return button;
}
