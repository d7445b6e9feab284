import { callService, ServiceError } from '../../../access/call-service.ts';
import { documentPath } from '../../../access/document-address.ts';
import { parseEmbedOrigins } from './embed-origins.ts';

/**
 * The part of the share dialog that says which sites may show the document in a frame. Folded away, and
 * asked for when it is unfolded: few need it.
 */
export function embedSites(name: string, credential: string | null): HTMLElement {
  const path = `${documentPath(name)}/frames`;
  const section = document.createElement('section');
  const details = document.createElement('details');
  details.className = 'share-frames';
  const summary = document.createElement('summary');
  const heading = document.createElement('h3');
  heading.textContent = 'Frames on other sites';
  summary.append(heading);
  const hint = document.createElement('p');
  hint.className = 'field-hint';
  hint.id = 'share-frames-hint';
  hint.textContent =
    'These may show the document in a frame, beside the sites that are let in for ' +
    'all documents here. Anybody can find out which they are.';
  const sites = sitesField();
  sites.input.setAttribute('aria-describedby', hint.id);
  const error = document.createElement('p');
  error.className = 'dialog-error';
  error.setAttribute('role', 'alert');
  const save = document.createElement('button');
  save.className = 'button button-outlined';
  save.textContent = 'Save sites';
  const answer = document.createElement('span');
  answer.setAttribute('role', 'status');
  const actions = document.createElement('div');
  actions.append(save, answer);
  const form = document.createElement('form');
  form.append(sites.label, hint, error, actions);
  details.append(summary, form);
  section.append(details);

  let isLoaded = false;
  let isBusy = false;
  const show = (found: unknown) => {
    sites.input.value = (found as { origins: string[] }).origins.join('\n');
    sites.input.readOnly = false;
    isLoaded = true;
  };
  /** One at a time. What goes wrong is told. */
  const attempt = async (work: () => Promise<void>) => {
    if (isBusy) return;
    isBusy = true;
    error.textContent = answer.textContent = '';
    sites.input.removeAttribute('aria-invalid');
    try {
      await work();
    } catch (problem) {
      if (!(problem instanceof ServiceError)) throw problem;
      error.textContent = problem.message;
    } finally {
      isBusy = false;
    }
  };
  const load = () =>
    attempt(async () => show(await callService({ method: 'GET', path, credential })));
  details.addEventListener('toggle', () => {
    if (details.open && !isLoaded) void load();
  });
  sites.input.addEventListener('input', () => answer.textContent = '');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    // Else what is there already would be taken away unseen.
    if (!isLoaded) return void load();
    const read = parseEmbedOrigins(sites.input.value);
    if ('problem' in read) {
      answer.textContent = '';
      error.textContent = read.problem;
      sites.input.setAttribute('aria-invalid', 'true');
      sites.input.focus();
      return;
    }
    void attempt(async () => {
      show(await callService({ method: 'PUT', path, credential, body: read }));
      answer.textContent = 'Saved. It may take a minute to count everywhere.';
    });
  });
  return section;
}

function sitesField(): { readonly label: HTMLElement; readonly input: HTMLTextAreaElement } {
  const label = document.createElement('label');
  label.className = 'field';
  const input = document.createElement('textarea');
  input.rows = 3;
  input.dir = 'ltr';
  input.spellcheck = false;
  input.autocapitalize = 'none';
  // Until it is known what is there.
  input.readOnly = true;
  input.placeholder = 'https://site.example';
  label.append('Sites, one on each line', input);
  return { label, input };
}
