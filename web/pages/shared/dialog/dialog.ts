interface OpenDialog {
  readonly dialog: HTMLDialogElement;
  /** The element for the content, below the heading. */
  readonly body: HTMLElement;
}

/**
 * Opens a modal dialog with a heading and a close button, and removes it when it is closed. The browser
 * keeps the focus in it, closes it on Escape and returns the focus. A click outside also closes it.
 */
export function openDialog(title: string, className = ''): OpenDialog {
  const dialog = document.createElement('dialog');
  dialog.className = `dialog ${className}`;
  const head = document.createElement('header');
  head.className = 'dialog-head';
  const heading = document.createElement('h2');
  heading.id = `dialog-${title.toLowerCase().replaceAll(/\W+/g, '-')}`;
  heading.textContent = title;
  dialog.setAttribute('aria-labelledby', heading.id);
  const close = document.createElement('button');
  close.type = 'button';
  close.className = 'dialog-close';
  close.setAttribute('aria-label', 'Close');
  close.textContent = '×';
  close.addEventListener('click', () => dialog.close());
  head.append(heading, close);
  const body = document.createElement('div');
  body.className = 'dialog-body';
  dialog.append(head, body);
  // Not `click`: selecting text may end with a release outside of the dialog.
  dialog.addEventListener('pointerdown', (event) => {
    if (event.target !== dialog) return;
    const box = dialog.getBoundingClientRect();
    const isInside = event.clientX >= box.left && event.clientX <= box.right &&
      event.clientY >= box.top && event.clientY <= box.bottom;
    if (!isInside) dialog.close();
  });
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return { dialog, body };
}

export interface Confirmation {
  readonly heading: string;
  readonly text: string;
  /** The label of the button that confirms. */
  readonly action: string;
  /** Shown below the text. */
  readonly details?: readonly HTMLElement[];
}

/**
 * Asks before an action that cannot be undone. Resolves to whether the person confirmed; closing the
 * dialog in any other way does not. The focus starts on Cancel.
 */
export function confirmAction(
  { heading, text, action, details = [] }: Confirmation,
): Promise<boolean> {
  const { dialog, body } = openDialog(heading, 'confirm');
  const paragraph = document.createElement('p');
  paragraph.id = 'confirm-text';
  paragraph.textContent = text;
  dialog.setAttribute('aria-describedby', paragraph.id);
  const confirm = actionButton(action, 'button-danger');
  const cancel = actionButton('Cancel', 'button-quiet');
  const actions = document.createElement('div');
  actions.className = 'dialog-actions';
  actions.append(confirm, cancel);
  body.append(paragraph, ...details, actions);
  cancel.focus();
  return new Promise((resolve) => {
    let isConfirmed = false;
    confirm.addEventListener('click', () => {
      isConfirmed = true;
      dialog.close();
    });
    cancel.addEventListener('click', () => dialog.close());
    dialog.addEventListener('close', () => resolve(isConfirmed));
  });
}

function actionButton(text: string, className: string): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = `button ${className}`;
  button.textContent = text;
  return button;
}
