import { relativeTime } from '../../shared/relative-time.ts';
import type { Confirmation } from '../dialog/dialog.ts';
import type { DocumentKey } from './document-keys.ts';

const roleNames = { view: 'Read', edit: 'Edit', own: 'Owner' } as const;

interface LinkEntryActions {
  replace(): Promise<void>;
  revoke(): Promise<void>;
  rename(label: string): Promise<void>;
}

/** One link in the list: what it permits, its label, its dates, and the actions on it. */
export function linkEntry(key: DocumentKey, actions: LinkEntryActions): HTMLElement {
  const item = document.createElement('li');
  item.dataset.key = key.id;
  const role = document.createElement('span');
  role.className = 'share-role';
  role.dataset.role = key.role;
  role.textContent = roleNames[key.role];
  const buttons = document.createElement('span');
  buttons.className = 'share-actions';
  const name = nameOf(key);
  // Owners who replace their own link would lose access before they receive the new one.
  if (key.role !== 'own') buttons.append(button('Replace', `Replace ${name}`, actions.replace));
  buttons.append(button('Remove', `Remove ${name}`, actions.revoke));
  item.append(role, labelField(key, actions.rename), details(key), buttons);
  return item;
}

/** Names a link within a sentence. */
export function nameOf({ label, role }: DocumentKey): string {
  if (label) return `“${label}”`;
  return { view: 'the link to read', edit: 'the link to edit', own: 'the owner link' }[role];
}

export function replaceConfirmation(key: DocumentKey): Confirmation {
  return {
    heading: 'Replace this link?',
    text: `The current address of ${nameOf(key)} stops working immediately. ` +
      'You get a new one to share.',
    action: 'Replace link',
  };
}

export function removeConfirmation(key: DocumentKey): Confirmation {
  const name = nameOf(key);
  const text = key.role === 'own'
    ? `Everyone who uses ${name} stops being an owner. If you use it yourself and there is no other ` +
      'owner link, the document can no longer be shared or deleted.'
    : `Everyone who uses ${name} loses access immediately. What they wrote stays.`;
  return { heading: 'Remove this link?', text, action: 'Remove link' };
}

function labelField(key: DocumentKey, rename: (label: string) => Promise<void>): HTMLElement {
  const input = document.createElement('input');
  input.className = 'share-label';
  input.value = key.label;
  input.maxLength = 80;
  input.dir = 'auto';
  input.placeholder = 'Add a label';
  input.setAttribute('aria-label', `Label of ${nameOf({ ...key, label: '' })}`);
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.isComposing) input.blur();
    if (event.key !== 'Escape' || input.value === key.label) return;
    // The first Escape restores the label, the next one closes the dialog.
    event.preventDefault();
    input.value = key.label;
  });
  input.addEventListener('change', () => void rename(input.value.trim()));
  return input;
}

function details({ created, lastUsed, expires }: DocumentKey): HTMLElement {
  const element = document.createElement('span');
  element.className = 'share-details';
  const parts = [`Created ${relativeTime(Date.parse(created))}`];
  parts.push(lastUsed === null ? 'never used' : `used ${relativeTime(Date.parse(lastUsed))}`);
  if (expires !== null) {
    const moment = Date.parse(expires);
    parts.push(`${moment <= Date.now() ? 'expired' : 'expires'} ${relativeTime(moment)}`);
  }
  element.textContent = parts.join(' · ');
  return element;
}

function button(text: string, label: string, press: () => Promise<void>): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = 'button button-small';
  element.textContent = text;
  element.setAttribute('aria-label', label);
  element.addEventListener('click', () => void press());
  return element;
}
