import { documentPath } from '../../../access/document-address.ts';
import { callService } from '../../shared/call-service.ts';
import { errorLine } from './error-line.ts';
import { parseEmbedOrigins } from './parse-embed-origins.ts';

/** The section of the share dialog with the sites that may embed the document. Loads when it is opened. */
export class AllowedSites {
  readonly element = document.createElement('section');
  readonly #path: string;
  readonly #credential: string | null;
  readonly #input = sitesInput();
  readonly #error = errorLine();
  readonly #status = document.createElement('span');
  #isLoaded = false;
  #isBusy = false;

  constructor(name: string, credential: string | null) {
    this.#path = `${documentPath(name)}/frames`;
    this.#credential = credential;
    const details = document.createElement('details');
    details.className = 'share-sites';
    const heading = document.createElement('h3');
    heading.textContent = 'Embedding';
    const summary = document.createElement('summary');
    summary.append(heading);
    details.append(summary, this.#form());
    details.addEventListener('toggle', () => {
      if (details.open && !this.#isLoaded) void this.#load();
    });
    this.element.append(details);
  }

  #form(): HTMLFormElement {
    const label = document.createElement('label');
    label.className = 'field';
    label.append('Allowed sites, one per line', this.#input);
    const hint = document.createElement('p');
    hint.className = 'field-hint';
    hint.id = 'share-sites-hint';
    hint.textContent =
      'These sites can embed this document, in addition to the sites allowed for ' +
      'the whole service. Anyone can look up this list.';
    this.#input.setAttribute('aria-describedby', hint.id);
    this.#input.addEventListener('input', () => this.#status.textContent = '');
    const save = document.createElement('button');
    save.className = 'button button-outlined';
    save.textContent = 'Save sites';
    this.#status.setAttribute('role', 'status');
    const actions = document.createElement('div');
    actions.append(save, this.#status);
    const form = document.createElement('form');
    form.append(label, hint, this.#error.element, actions);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      // Saving before the list is loaded would overwrite it unseen.
      void (this.#isLoaded ? this.#save() : this.#load());
    });
    return form;
  }

  #load(): Promise<void> {
    return this.#attempt(async () => {
      this.#show(await this.#call('GET'));
      this.#input.readOnly = false;
      this.#isLoaded = true;
    });
  }

  async #save(): Promise<void> {
    const parsed = parseEmbedOrigins(this.#input.value);
    if ('problem' in parsed) {
      this.#status.textContent = '';
      this.#error.show(parsed.problem);
      this.#input.setAttribute('aria-invalid', 'true');
      this.#input.focus();
      return;
    }
    await this.#attempt(async () => {
      this.#show(await this.#call('PUT', parsed));
      this.#status.textContent = 'Saved. It may take a minute to take effect everywhere.';
    });
  }

  /** One request at a time. */
  async #attempt(work: () => Promise<void>): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#status.textContent = '';
    this.#input.removeAttribute('aria-invalid');
    await this.#error.attempt(work).finally(() => this.#isBusy = false);
  }

  #show(answer: unknown): void {
    this.#input.value = (answer as { origins: string[] }).origins.join('\n');
  }

  #call(method: 'GET' | 'PUT', body?: unknown): Promise<unknown> {
    return callService({
      method,
      path: this.#path,
      credential: this.#credential,
      ...(body !== undefined && { body }),
    });
  }
}

/** Read-only until the sites are loaded. */
function sitesInput(): HTMLTextAreaElement {
  const input = document.createElement('textarea');
  input.rows = 3;
  input.dir = 'ltr';
  input.spellcheck = false;
  input.autocapitalize = 'none';
  input.readOnly = true;
  input.placeholder = 'https://site.example';
  return input;
}
