/** The contents of a dialog with a few fields. */
interface FormDialogOptions<Value> {
  /** The accessible name of the dialog. */
  readonly label: string;
  readonly fields: readonly HTMLLabelElement[];
  /** The field that gets the focus. */
  readonly first: HTMLInputElement;
  /** Whether the dialog has a Remove button. */
  readonly canRemove: boolean;
  /** Reads the fields. Returns the value, or a message and the field it is about. */
  read(): Value | { readonly problem: string; readonly field: HTMLInputElement };
}

type FormAnswer<Value> =
  | { readonly type: 'apply'; readonly value: Value }
  | { readonly type: 'remove' }
  | { readonly type: 'cancel' };

/** Opens the dialog. Resolves once it is closed, in any way. Then the caller has to restore the focus. */
export function openFormDialog<Value extends object>(
  host: HTMLElement,
  options: FormDialogOptions<Value>,
): Promise<FormAnswer<Value>> {
  const error = document.createElement('p');
  error.className = 'dialog-error';
  error.setAttribute('role', 'alert');
  const actions = document.createElement('div');
  actions.className = 'dialog-actions';
  actions.append(
    // Enter in a field presses the first button of a form.
    button('Apply', 'apply', 'button-primary'),
    button('Cancel', 'cancel', 'button-quiet'),
    ...(options.canRemove ? [button('Remove', 'remove', 'button-quiet')] : []),
  );
  const form = document.createElement('form');
  form.method = 'dialog';
  form.noValidate = true;
  form.append(...options.fields, error, actions);
  const dialog = document.createElement('dialog');
  dialog.className = 'dialog';
  dialog.setAttribute('aria-label', options.label);
  dialog.append(form);

  let answer: FormAnswer<Value> = { type: 'cancel' };
  form.addEventListener('submit', (event) => {
    const pressed = event.submitter instanceof HTMLButtonElement ? event.submitter.value : 'apply';
    if (pressed === 'remove') answer = { type: 'remove' };
    if (pressed !== 'apply') return;
    const read = options.read();
    if (!('problem' in read)) {
      answer = { type: 'apply', value: read };
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
  options.first.focus();
  options.first.select();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(answer);
    });
  });
}

/** Creates a labelled input. */
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
