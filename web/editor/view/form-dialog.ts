/** What a dialog with a few fields asks. Knows nothing of the editor. */
export interface FormQuestion<Answer> {
  /** What the dialog is called, for those who do not see it. */
  readonly label: string;
  readonly fields: readonly HTMLLabelElement[];
  /** The field that has the focus first. */
  readonly first: HTMLInputElement;
  /** Whether there is something to take away. */
  readonly canRemove: boolean;
  /** The answer in the fields, or what is wrong with it and where. */
  read(): Answer | { readonly problem: string; readonly field: HTMLInputElement };
}

export type FormAnswer<Answer> =
  | { readonly type: 'apply'; readonly answer: Answer }
  | { readonly type: 'remove' }
  | { readonly type: 'cancel' };

/** Asks, and answers when the dialog is closed, in whichever way. The focus is the caller's then. */
export function openFormDialog<Answer extends object>(
  host: HTMLElement,
  question: FormQuestion<Answer>,
): Promise<FormAnswer<Answer>> {
  const error = document.createElement('p');
  error.className = 'dialog-error';
  error.setAttribute('role', 'alert');
  const actions = document.createElement('div');
  actions.className = 'dialog-actions';
  actions.append(
    // The first button of a form is what Enter in a field presses.
    button('Apply', 'apply', 'button-primary'),
    button('Cancel', 'cancel', 'button-quiet'),
    ...(question.canRemove ? [button('Remove', 'remove', 'button-quiet')] : []),
  );
  const form = document.createElement('form');
  form.method = 'dialog';
  form.noValidate = true;
  form.append(...question.fields, error, actions);
  const dialog = document.createElement('dialog');
  dialog.className = 'dialog';
  dialog.setAttribute('aria-label', question.label);
  dialog.append(form);

  let answer: FormAnswer<Answer> = { type: 'cancel' };
  form.addEventListener('submit', (event) => {
    const pressed = event.submitter instanceof HTMLButtonElement ? event.submitter.value : 'apply';
    if (pressed === 'remove') answer = { type: 'remove' };
    if (pressed !== 'apply') return;
    const read = question.read();
    if (!('problem' in read)) {
      answer = { type: 'apply', answer: read };
      return;
    }
    event.preventDefault();
    error.textContent = read.problem;
    read.field.setAttribute('aria-invalid', 'true');
    read.field.focus();
  });
  dialog.addEventListener('pointerdown', (event) => {
    const box = dialog.getBoundingClientRect();
    const isInside = event.clientX >= box.left && event.clientX <= box.right &&
      event.clientY >= box.top && event.clientY <= box.bottom;
    if (!isInside) dialog.close();
  });
  host.append(dialog);
  dialog.showModal();
  question.first.focus();
  question.first.select();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(answer);
    });
  });
}

/** A field with its name above it. */
export function field(name: string, type: 'text' | 'url', value = '') {
  const label = document.createElement('label');
  label.className = 'field';
  const input = document.createElement('input');
  input.type = type;
  input.autocomplete = 'off';
  input.spellcheck = false;
  input.value = value;
  if (type === 'url') {
    input.inputMode = 'url';
    input.placeholder = 'https://example.com';
  } else {
    input.dir = 'auto';
  }
  label.append(name, input);
  return { label, input };
}

function button(name: string, value: string, className: string): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'submit';
  element.value = value;
  element.className = `button ${className}`;
  element.textContent = name;
  return element;
}
