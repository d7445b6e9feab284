import { field } from '../../../editor/view/form-dialog.ts';
import { copyText } from '../../../platform/clipboard.ts';
import { ServiceError } from '../../shared/call-service.ts';
import { fillSegments } from '../../shared/segmented-choice.ts';
import { UserError } from '../../shared/user-error.ts';
import { copyField } from './copy-field.ts';
import type { DocumentKeys, NewKey } from './document-keys.ts';
import { errorLine } from './error-line.ts';
import { keptHint } from './link-list.ts';

/** What a link is for. A link to embed permits reading, with the address for an iframe. */
type Purpose = 'view' | 'edit' | 'embed';

const purposes: readonly (readonly [Purpose, string])[] = [
  ['view', 'Can view'],
  ['edit', 'Can edit'],
  ['embed', 'Embed'],
];
const explanations: Record<Purpose, string> = {
  view: 'Anyone with the link can view the document and see changes live.',
  edit: 'Anyone with the link can view and edit the document.',
  embed:
    'For an iframe on a site allowed below. Anyone who can open that page can view the document.',
};
/** Days until a link expires; 0 for never. */
const lifetimes = [
  [0, 'Never'],
  [1, 'After 1 day'],
  [7, 'After 7 days'],
  [30, 'After 30 days'],
] as const;
const day = 24 * 60 * 60 * 1000;

/**
 * The form of the share dialog that creates a link and copies it. Calls `onCreate` with the address of
 * each link.
 */
export function newLinkForm(
  keys: DocumentKeys,
  onCreate: (address: string) => void,
): HTMLElement {
  const form = document.createElement('form');
  form.className = 'share-new';
  const hint = document.createElement('p');
  hint.className = 'field-hint';
  hint.id = 'share-purpose';
  const history = historyChoice();
  const choice = purposeChoice((purpose) => {
    hint.textContent = explanations[purpose];
    history.element.hidden = purpose !== 'view';
  });
  choice.element.setAttribute('aria-describedby', hint.id);
  const label = field('Label (only owners see it)', 'text');
  label.input.maxLength = 80;
  label.input.placeholder = 'e.g. Design team';
  const expiry = expiryChoice();
  const error = errorLine();
  const submit = document.createElement('button');
  submit.className = 'button button-primary';
  submit.textContent = 'Create and copy link';
  const result = document.createElement('div');
  form.append(
    choice.element,
    hint,
    label.label,
    expiry.element,
    history.element,
    submit,
    error.element,
    result,
  );

  const create = async () => {
    const purpose = choice.value();
    const created = createKey(keys, {
      role: purpose === 'edit' ? 'edit' : 'view',
      label: label.input.value.trim() || (purpose === 'embed' ? 'Embedded' : ''),
      expires: expiry.value(),
      history: purpose === 'view' && history.input.checked,
    }).then((key) => addressFor(purpose, key));
    const isCopied = await copyText(created);
    const address = await created;
    const copy = copyField('New link', address, keptHint);
    result.replaceChildren(copy.element);
    copy.showResult(isCopied);
    label.input.value = '';
    expiry.reset();
    history.input.checked = false;
    onCreate(address);
  };
  let isBusy = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (isBusy) return;
    isBusy = true;
    await error.attempt(create).finally(() => isBusy = false);
  });
  return form;
}

/** In open mode a document exists, and can have keys, only once it has content. */
async function createKey(
  keys: DocumentKeys,
  options: Parameters<DocumentKeys['create']>[0],
): Promise<NewKey> {
  try {
    return await keys.create(options);
  } catch (error) {
    if (!(error instanceof ServiceError) || error.status !== 404) throw error;
    throw new UserError('Cannot create a link: the document is empty. Write something first.');
  }
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
  onChoose: (purpose: Purpose) => void,
): { readonly element: HTMLElement; value(): Purpose } {
  const element = document.createElement('fieldset');
  element.className = 'segments';
  let current: Purpose = 'view';
  const show = fillSegments(element, {
    legend: 'New link',
    name: 'share-purpose',
    options: purposes,
    onChoose(purpose) {
      current = purpose;
      onChoose(purpose);
    },
  });
  show(current);
  onChoose(current);
  return { element, value: () => current };
}

/** Off by default: the history contains deleted text. */
function historyChoice(): { readonly element: HTMLElement; readonly input: HTMLInputElement } {
  const element = document.createElement('label');
  element.className = 'share-history';
  const input = document.createElement('input');
  input.type = 'checkbox';
  element.append(input, 'Show who is here and each keystroke. Viewers can also read deleted text.');
  return { element, input };
}

function expiryChoice(): {
  readonly element: HTMLElement;
  value(): string | null;
  reset(): void;
} {
  const element = document.createElement('label');
  element.className = 'field';
  const select = document.createElement('select');
  for (const [days, text] of lifetimes) select.add(new Option(text, String(days)));
  element.append('Expires', select);
  return {
    element,
    value() {
      const days = Number(select.value);
      return days === 0 ? null : new Date(Date.now() + days * day).toISOString();
    },
    reset: () => select.selectedIndex = 0,
  };
}
