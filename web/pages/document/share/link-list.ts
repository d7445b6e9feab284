import { confirmAction } from '../dialog/dialog.ts';
import { copyField } from './copy-field.ts';
import type { DocumentKey, DocumentKeys, NewKey } from './document-keys.ts';
import { errorLine } from './error-line.ts';
import { linkEntry, nameOf, removeConfirmation, replaceConfirmation } from './link-entry.ts';

/** The links of a document, to rename, replace and remove. */
export class LinkList {
  readonly element = document.createElement('section');
  readonly #keys: DocumentKeys;
  readonly #heading = document.createElement('h3');
  readonly #empty = document.createElement('p');
  readonly #list = document.createElement('ul');
  readonly #announcement = document.createElement('p');
  readonly #error = errorLine();

  constructor(keys: DocumentKeys) {
    this.#keys = keys;
    this.#heading.textContent = 'Links';
    // Receives the focus when the entry that had it is removed.
    this.#heading.tabIndex = -1;
    this.#empty.className = 'field-hint';
    this.#empty.textContent = 'No links yet.';
    this.#empty.hidden = true;
    this.#list.className = 'share-links';
    this.#announcement.className = 'visually-hidden';
    this.#announcement.setAttribute('role', 'status');
    this.element.append(
      this.#heading,
      this.#empty,
      this.#list,
      this.#error.element,
      this.#announcement,
    );
  }

  /** Loads the links from the service. */
  async refresh(): Promise<void> {
    await this.#update(async () => {});
  }

  /** Makes a change and loads the links. Resolves to whether both succeeded. */
  #update(change: () => Promise<void>, announcement = ''): Promise<boolean> {
    this.#announcement.textContent = '';
    return this.#error.attempt(async () => {
      await change();
      const keys = await this.#keys.list();
      this.#list.replaceChildren(...keys.map((key) => this.#entry(key)));
      this.#empty.hidden = keys.length > 0;
      this.#announcement.textContent = announcement;
    });
  }

  #entry(key: DocumentKey): HTMLElement {
    return linkEntry(key, {
      replace: () => this.#replace(key),
      revoke: () => this.#revoke(key),
      rename: async (label) => {
        await this.#update(() => this.#keys.rename(key, label));
      },
    });
  }

  async #replace(key: DocumentKey): Promise<void> {
    if (!await confirmAction(replaceConfirmation(key))) return;
    let created: NewKey | null = null;
    await this.#update(async () => {
      created = await this.#keys.replace(key);
    }, `Replaced ${nameOf(key)}`);
    // Also when only loading the links failed: the secret is returned once.
    if (created) this.#showNew(created);
  }

  async #revoke(key: DocumentKey): Promise<void> {
    if (!await confirmAction(removeConfirmation(key))) return;
    const isDone = await this.#update(() => this.#keys.revoke(key), `Removed ${nameOf(key)}`);
    if (isDone) this.#heading.focus();
  }

  #showNew({ id, link }: NewKey): void {
    const { element } = copyField('New link', link, shownOnce);
    this.#list.querySelector(`[data-key="${CSS.escape(id)}"]`)?.append(element);
    element.querySelector('button')?.focus();
  }
}

/** The hint below a new link. */
export const shownOnce = 'Shown only once. Keep it somewhere safe.';
