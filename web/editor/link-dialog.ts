import type { Command } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import { addressFrom, linkAt, removeLink, setLink } from './links.ts';
import { asOneUndoStep } from './undo.ts';

/** Asks where the selection, or the link the caret is in, shall lead; the dialog closes itself. */
export function openLinkDialog(view: EditorView, host: HTMLElement): void {
  const existing = linkAt(view.state);
  const text = field('Text', 'text');
  const address = field('Address', 'url');
  address.input.inputMode = 'url';
  address.input.placeholder = 'https://example.com';
  address.input.value = existing?.href ?? '';
  const error = document.createElement('p');
  error.className = 'dialog-error';
  error.setAttribute('role', 'alert');
  const actions = document.createElement('div');
  actions.className = 'dialog-actions';
  actions.append(
    // The first button of a form is what Enter in a field presses.
    button('Apply', 'apply', 'button-primary'),
    button('Cancel', 'cancel', 'button-quiet'),
    ...(existing ? [button('Remove', 'remove', 'button-quiet')] : []),
  );
  const form = document.createElement('form');
  form.method = 'dialog';
  form.noValidate = true;
  const needsText = existing === null && view.state.selection.empty;
  form.append(...(needsText ? [text.label] : []), address.label, error, actions);
  const dialog = document.createElement('dialog');
  dialog.className = 'dialog';
  dialog.setAttribute('aria-label', 'Link');
  dialog.append(form);

  const run = (command: Command) => asOneUndoStep(command)(view.state, view.dispatch, view);
  form.addEventListener('submit', (event) => {
    const pressed = event.submitter instanceof HTMLButtonElement ? event.submitter.value : 'apply';
    if (pressed === 'remove') run(removeLink);
    if (pressed !== 'apply') return;
    const href = addressFrom(address.input.value);
    if (href !== null) {
      run(setLink(href, text.input.value.trim()));
      return;
    }
    event.preventDefault();
    error.textContent = 'A link cannot lead there. Try an address that begins with https://';
    address.input.setAttribute('aria-invalid', 'true');
    address.input.focus();
  });
  dialog.addEventListener('close', () => {
    dialog.remove();
    view.focus();
  });
  dialog.addEventListener('pointerdown', (event) => {
    // What is neither field nor button belongs to the backdrop, or to the dialog's own padding.
    const box = dialog.getBoundingClientRect();
    const isInside = event.clientX >= box.left && event.clientX <= box.right &&
      event.clientY >= box.top && event.clientY <= box.bottom;
    if (!isInside) dialog.close();
  });
  host.append(dialog);
  dialog.showModal();
  address.input.focus();
  address.input.select();
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
