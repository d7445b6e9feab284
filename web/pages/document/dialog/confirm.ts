import { openDialog } from './dialog.ts';

export interface Question {
  readonly heading: string;
  readonly text: string;
  /** What the button says that does it. */
  readonly act: string;
}

/**
 * Asks before something that cannot be taken back. Answers whether to do it; closing the dialog in any
 * other way is a no. The focus begins where nothing happens.
 */
export function confirmAction({ heading, text, act }: Question): Promise<boolean> {
  const { dialog, body } = openDialog(heading, 'ask-first');
  const words = document.createElement('p');
  words.id = 'ask-first-text';
  words.textContent = text;
  dialog.setAttribute('aria-describedby', words.id);
  const actions = document.createElement('div');
  actions.className = 'dialog-actions';
  const yes = document.createElement('button');
  yes.type = 'button';
  yes.className = 'button button-danger';
  yes.textContent = act;
  const no = document.createElement('button');
  no.type = 'button';
  no.className = 'button button-quiet';
  no.textContent = 'Cancel';
  actions.append(yes, no);
  body.append(words, actions);
  no.focus();
  return new Promise((resolve) => {
    let answer = false;
    yes.addEventListener('click', () => {
      answer = true;
      dialog.close();
    });
    no.addEventListener('click', () => dialog.close());
    dialog.addEventListener('close', () => resolve(answer));
  });
}
