import { copyButton } from '../../shared/dialog/copy-button.ts';
import { relativeTime } from '../../shared/relative-time.ts';
import type { Confirmation } from '../../shared/dialog/dialog.ts';
import type { DocumentKey } from './document-keys.ts';

const roleNames = { view: 'Can view', edit: 'Can edit', own: 'Owner' } as const;

interface LinkEntryActions {
  /** The address to copy; null for a link that this browser does not have. */
  readonly address: string | null;
  reset(): Promise<void>;
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
  const isEmbed = actions.address !== null && /\/embed\//.test(actions.address);
  role.textContent = isEmbed ? 'Embed' : key.history ? 'Can view live' : roleNames[key.role];
  const buttons = document.createElement('span');
  buttons.className = 'share-actions';
  const name = nameOf(key);
  // Owners who reset their own link would lose access before they receive the new one. They copy theirs
  // in the section "Ownership".
  if (key.role !== 'own') {
    const { address } = actions;
    if (address !== null) buttons.append(...copyLink(name, address));
    buttons.append(button('Reset', `Reset ${name}`, actions.reset));
  }
  buttons.append(button('Revoke', `Revoke ${name}`, actions.revoke));
  item.append(role, labelField(key, actions.rename), details(key), buttons);
  return item;
}

/** Names a link within a sentence. */
export function nameOf({ label, role }: DocumentKey): string {
  if (label) return `“${label}”`;
  return { view: 'the link to view', edit: 'the link to edit', own: 'the owner link' }[role];
}

export function resetConfirmation(key: DocumentKey): Confirmation {
  return {
    heading: 'Reset this link?',
    text: `The current address of ${nameOf(key)} stops working immediately. ` +
      'You get a new one to share.',
    action: 'Reset link',
  };
}

/** `isOwn` and `isOnlyOwner` tell what the person who revokes the link loses. */
export function revokeConfirmation(
  key: DocumentKey,
  { isOwn, isOnlyOwner }: { readonly isOwn: boolean; readonly isOnlyOwner: boolean },
): Confirmation {
  const heading = 'Revoke this link?';
  const action = 'Revoke link';
  const name = nameOf(key);
  if (key.role !== 'own') {
    const text = `Anyone using ${name} loses access immediately. Their edits stay.`;
    return { heading, text, action };
  }
  const sentences = [
    isOwn
      ? `You are using ${name} yourself. You stop being an owner immediately.`
      : `People using ${name} stop being owners immediately. Their edits stay.`,
    isOnlyOwner
      ? 'It is the only owner link: without it, nobody can share or delete the document.'
      : '',
  ];
  return { heading, text: sentences.join(' ').trim(), action };
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
  parts.push(lastUsed === null ? 'not used yet' : `used ${relativeTime(Date.parse(lastUsed))}`);
  if (expires !== null) {
    const moment = Date.parse(expires);
    parts.push(`${moment <= Date.now() ? 'expired' : 'expires'} ${relativeTime(moment)}`);
  }
  element.textContent = parts.join(' · ');
  return element;
}

function copyLink(name: string, address: string): HTMLElement[] {
  const [copy, announcement] = copyButton('Copy', () => address);
  copy.classList.add('button-small');
  copy.setAttribute('aria-label', `Copy ${name}`);
  return [copy, announcement];
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
