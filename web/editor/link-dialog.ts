/** What the dialog is about. */
export interface LinkQuestion {
  /** Where the link leads now; empty where there is none yet. */
  readonly href: string;
  /** Whether the dialog asks for the text of the link, too. */
  readonly asksText: boolean;
  /** The address a person meant, or null for one no link may carry. */
  readonly addressFrom: (input: string) => string | null;
}

export type LinkAnswer =
  | { readonly type: 'set'; readonly href: string; readonly text: string }
  | { readonly type: 'remove' }
  | { readonly type: 'cancel' };

/** Asks where a link shall lead. Knows nothing of the editor. */
export function askForLink(host: HTMLElement, question: LinkQuestion): Promise<LinkAnswer> {
  const text = field('Text', 'text');
  const address = field('Address', 'url');
  address.input.inputMode = 'url';
  address.input.placeholder = 'https://example.com';
  address.input.value = question.href;
  const error = document.createElement('p');
  error.className = 'dialog-error';
  error.setAttribute('role', 'alert');
  const actions = document.createElement('div');
  actions.className = 'dialog-actions';
  actions.append(
    // The first button of a form is what Enter in a field presses.
    button('Apply', 'apply', 'button-primary'),
    button('Cancel', 'cancel', 'button-quiet'),
    ...(question.href === '' ? [] : [button('Remove', 'remove', 'button-quiet')]),
  );
  const form = document.createElement('form');
  form.method = 'dialog';
  form.noValidate = true;
  form.append(...(question.asksText ? [text.label] : []), address.label, error, actions);
  const dialog = document.createElement('dialog');
  dialog.className = 'dialog';
  dialog.setAttribute('aria-label', 'Link');
  dialog.append(form);

  let answer: LinkAnswer = { type: 'cancel' };
  form.addEventListener('submit', (event) => {
    const pressed = event.submitter instanceof HTMLButtonElement ? event.submitter.value : 'apply';
    if (pressed === 'remove') answer = { type: 'remove' };
    if (pressed !== 'apply') return;
    const href = question.addressFrom(address.input.value);
    if (href !== null) {
      answer = { type: 'set', href, text: text.input.value.trim() };
      return;
    }
    event.preventDefault();
    error.textContent = 'A link cannot lead there. Try an address that begins with https://';
    address.input.setAttribute('aria-invalid', 'true');
    address.input.focus();
  });
  dialog.addEventListener('pointerdown', (event) => {
    const box = dialog.getBoundingClientRect();
    const isInside = event.clientX >= box.left && event.clientX <= box.right &&
      event.clientY >= box.top && event.clientY <= box.bottom;
    if (!isInside) dialog.close();
  });
  host.append(dialog);
  dialog.showModal();
  address.input.focus();
  address.input.select();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(answer);
    });
  });
}

function field(name: string, type: 'text' | 'url') {
  const label = document.createElement('label');
  label.className = 'field';
  const input = document.createElement('input');
  input.type = type;
  input.autocomplete = 'off';
  input.spellcheck = false;
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
