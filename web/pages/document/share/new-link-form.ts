import { ServiceError } from '../../../access/call-service.ts';
import { field } from '../../../editor/view/form-dialog.ts';
import { copyField } from './copy-field.ts';
import type { DocumentKeys, NewKey } from './document-keys.ts';

/** What a link can be for. One to embed is a link to read, written as a site's frame needs it. */
type Purpose = 'view' | 'edit' | 'embed';

const purposes: readonly (readonly [Purpose, string])[] = [
  ['view', 'Read'],
  ['edit', 'Write'],
  ['embed', 'Embed'],
];
const explanations: Record<Purpose, string> = {
  view: 'Whoever has the link can read the document, and sees it change.',
  edit: 'Whoever has the link can read and write.',
  embed: 'For a frame on a site that is let in below. Whoever sees that page can read.',
};
/** Days until a link ends; 0 for never. */
const spans = [[0, 'Never'], [1, 'After a day'], [7, 'After a week'], [
  30,
  'After 30 days',
]] as const;
const day = 24 * 60 * 60 * 1000;

/** The part of the share dialog that makes a link and copies it. `made` is called after each. */
export function newLinkForm(keys: DocumentKeys, made: (key: NewKey) => void): HTMLElement {
  const form = document.createElement('form');
  form.className = 'share-new';
  const hint = document.createElement('p');
  hint.className = 'field-hint';
  hint.id = 'share-purpose';
  const choice = purposeChoice((purpose) => hint.textContent = explanations[purpose]);
  choice.element.setAttribute('aria-describedby', hint.id);
  const label = field('Label, for owners only', 'text');
  label.input.maxLength = 80;
  label.input.placeholder = 'For whom, or for what';
  const ends = spanChoice();
  const error = document.createElement('p');
  error.className = 'dialog-error';
  error.setAttribute('role', 'alert');
  const submit = document.createElement('button');
  submit.className = 'button button-primary';
  submit.textContent = 'Make and copy a link';
  const result = document.createElement('div');
  form.append(choice.element, hint, label.label, ends.element, submit, error, result);

  let isBusy = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (isBusy) return;
    isBusy = true;
    error.textContent = '';
    try {
      const purpose = choice.value();
      const role = purpose === 'edit' ? 'edit' : 'view';
      const name = label.input.value.trim() || (purpose === 'embed' ? 'Embedded' : '');
      const key = await keys.make(role, name, ends.value());
      const copy = copyField('New link', addressFor(purpose, key), 'Shown only now: keep it.');
      result.replaceChildren(copy.element);
      label.input.value = '';
      made(key);
      await copy.copy();
    } catch (problem) {
      if (!(problem instanceof ServiceError)) throw problem;
      // In open mode a document begins with its first key.
      error.textContent = problem.status === 404
        ? 'There is nothing to share yet: write something first.'
        : problem.message;
    } finally {
      isBusy = false;
    }
  });
  return form;
}

/** `/v/NAME?key=…` becomes `/embed/NAME?mode=view&key=…`. */
function addressFor(purpose: Purpose, { key, link }: NewKey): string {
  if (purpose !== 'embed') return link;
  const url = new URL(link);
  url.pathname = url.pathname.replace(/^\/v\//, '/embed/');
  url.search = `?mode=view&key=${key}`;
  return url.href;
}

function purposeChoice(
  chosen: (purpose: Purpose) => void,
): { readonly element: HTMLElement; value(): Purpose } {
  const element = document.createElement('fieldset');
  element.className = 'segments';
  const legend = document.createElement('legend');
  legend.textContent = 'A new link to';
  element.append(legend);
  let current: Purpose = 'view';
  const choose = (purpose: Purpose) => {
    current = purpose;
    chosen(purpose);
  };
  for (const [purpose, name] of purposes) {
    const label = document.createElement('label');
    const input = document.createElement('input');
    input.type = 'radio';
    input.name = 'share-purpose';
    input.value = purpose;
    input.checked = purpose === current;
    input.addEventListener('change', () => choose(purpose));
    const words = document.createElement('span');
    words.textContent = name;
    label.append(input, words);
    element.append(label);
  }
  choose(current);
  return { element, value: () => current };
}

function spanChoice(): { readonly element: HTMLElement; value(): string | null } {
  const element = document.createElement('label');
  element.className = 'field';
  const select = document.createElement('select');
  for (const [days, name] of spans) select.add(new Option(name, String(days)));
  element.append('Ends', select);
  return {
    element,
    value() {
      const days = Number(select.value);
      return days === 0 ? null : new Date(Date.now() + days * day).toISOString();
    },
  };
}
