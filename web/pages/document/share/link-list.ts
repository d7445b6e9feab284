import { confirmAction } from '../../shared/dialog/dialog.ts';
import type { DocumentPage } from '../document-page.ts';
import { keepLink } from '../owner-key.ts';
import { copyField } from './copy-field.ts';
import type { DocumentKey, DocumentKeys, NewKey } from './document-keys.ts';
import { errorLine } from './error-line.ts';
import { type KeptLinks, keptLinks } from './kept-links.ts';
import { linkEntry, nameOf, resetConfirmation, revokeConfirmation } from './link-entry.ts';

/** The links of a document, to copy, rename, reset and revoke. */
export class LinkList {
  readonly element = document.createElement('section');
  readonly #page: DocumentPage;
  readonly #keys: DocumentKeys;
  readonly #heading = document.createElement('h3');
  readonly #empty = document.createElement('p');
  readonly #list = document.createElement('ul');
  readonly #announcement = document.createElement('p');
  readonly #error = errorLine();
  #listed: readonly DocumentKey[] = [];

  constructor(page: DocumentPage, keys: DocumentKeys) {
    this.#page = page;
    this.#keys = keys;
    this.#heading.textContent = 'Active links';
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
      this.#listed = await this.#keys.list();
      const kept = await this.#kept();
      this.#list.replaceChildren(...this.#listed.map((key) => this.#entry(key, kept)));
      this.#empty.hidden = this.#listed.length > 0;
      this.#announcement.textContent = announcement;
    });
  }

  #kept(): Promise<KeptLinks> {
    return keptLinks(this.#page.name, this.#page.credential);
  }

  #entry(key: DocumentKey, kept: KeptLinks): HTMLElement {
    return linkEntry(key, {
      address: kept.addressOf(key),
      reset: () => this.#reset(key),
      revoke: () => this.#revoke(key),
      rename: async (label) => {
        await this.#update(() => this.#keys.rename(key, label));
      },
    });
  }

  async #reset(key: DocumentKey): Promise<void> {
    if (!await confirmAction(resetConfirmation(key))) return;
    let created: NewKey | null = null;
    await this.#update(async () => {
      created = await this.#keys.reset(key);
    }, `Reset ${nameOf(key)}`);
    // Also when only loading the links failed: the secret is returned once.
    if (created) this.#showNew(created);
  }

  async #revoke(key: DocumentKey): Promise<void> {
    const owners = this.#listed.filter(({ role }) => role === 'own');
    const confirmation = revokeConfirmation(key, {
      isOwn: (await this.#kept()).isOwn(key),
      isOnlyOwner: owners.length === 1,
    });
    if (!await confirmAction(confirmation)) return;
    const isDone = await this.#update(() => this.#keys.revoke(key), `Revoked ${nameOf(key)}`);
    if (isDone) this.#heading.focus();
  }

  #showNew({ id, link }: NewKey): void {
    keepLink(this.#page, link);
    const { element } = copyField('New link', link, keptHint);
    this.#list.querySelector(`[data-key="${CSS.escape(id)}"]`)?.append(element);
    element.querySelector('button')?.focus();
  }
}

/** The hint below a new link. */
export const keptHint = 'You can copy it here again, in this browser only.';
