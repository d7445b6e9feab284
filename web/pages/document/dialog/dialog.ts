/** A native dialog with a heading and a way out, in the page until it is closed. */
export interface OpenDialog {
  readonly dialog: HTMLDialogElement;
  /** What the dialog is about goes in here. */
  readonly body: HTMLElement;
}

/**
 * Opens a modal dialog. The browser keeps the focus within, closes it on Escape and gives the focus
 * back; a press beside it closes it too. `className` styles the box.
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
  close.className = 'tool';
  close.setAttribute('aria-label', 'Close');
  close.textContent = '×';
  close.addEventListener('click', () => dialog.close());
  head.append(heading, close);
  const body = document.createElement('div');
  body.className = 'dialog-body';
  dialog.append(head, body);
  // The press must begin outside: letting go there after selecting text within is no wish to leave.
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
