import { copyText } from '../platform/clipboard.ts';
import { saveFile } from '../platform/save-file.ts';
import type { LostTextFinder } from '../provider/recovery/lost-text-finder.ts';
import type { UnsavedChanges } from '../provider/recovery/unsaved-changes.ts';

/** How long a button shows the result of copying, in milliseconds. */
const feedbackDuration = 2000;
/** The most characters of the text that the panel shows. Inserting and copying use the whole text. */
const maxShown = 160;

/** The panel at the bottom of the page that offers text which would otherwise be lost. */
interface RecoveryPanel {
  readonly element: HTMLElement;
  readonly message: HTMLElement;
  readonly text: HTMLElement;
  readonly actions: HTMLElement;
}

/**
 * Creates the empty panel. Add it to the page before it shows something: screen readers announce changes
 * of a status, but not a new one.
 */
export function createRecoveryPanel(): RecoveryPanel {
  const element = document.createElement('section');
  element.className = 'recovery';
  const message = document.createElement('p');
  message.className = 'recovery-message';
  message.setAttribute('role', 'status');
  const text = document.createElement('blockquote');
  text.className = 'recovery-text';
  text.dir = 'auto';
  const actions = document.createElement('div');
  actions.className = 'recovery-actions';
  element.append(message, text, actions);
  const panel = { element, message, text, actions };
  clear(panel);
  return panel;
}

/**
 * Offers text that was lost because another person deleted its line, until it is inserted or dismissed.
 * `insert` writes at the caret. Does not replace unsaved changes that the panel shows.
 */
export function showLostText(
  panel: RecoveryPanel,
  finder: LostTextFinder,
  insert: (text: string) => void,
): void {
  let shown: readonly unknown[] = [];
  finder.addEventListener('change', () => {
    if (panel.element.dataset.kind === 'unsaved') return;
    const { offers } = finder;
    if (offers.length === shown.length && offers.every((offer, i) => offer === shown[i])) return;
    shown = offers;
    if (offers.length === 0) {
      clear(panel);
      return;
    }
    const text = offers.map((offer) => offer.text).join('\n');
    const dismiss = () => finder.dismiss(...offers);
    show(panel, 'lost', 'Someone deleted the line you were writing in. Your text:', text, [
      button('Insert at cursor', 'button-primary', () => {
        insert(text);
        dismiss();
      }),
      copyButton(text),
      button('Dismiss', 'button-quiet', dismiss),
    ]);
  });
}

interface UnsavedActions {
  /** Without its extension. */
  readonly fileName: string;
  /** Saves the whole text as a new document and opens it. Null where no documents can be created. */
  readonly saveAsNew: (() => Promise<void>) | null;
}

/**
 * Offers the text that the service no longer accepts, or with `all` the whole text, which the service no
 * longer has. Shows nothing for an empty text.
 */
export function showUnsavedChanges(
  panel: RecoveryPanel,
  unsaved: UnsavedChanges,
  which: 'unsent' | 'all',
  { fileName, saveAsNew }: UnsavedActions,
): void {
  const text = which === 'all' ? unsaved.text : unsaved.unsentText;
  if (text.trim() === '') return;
  const message = which === 'all'
    ? 'The document is no longer available, but this page still has its text. Copy what you need:'
    : 'Some of your changes did not reach the document. Keep a copy:';
  const save = button('Save as a new document', 'button-primary', async () => {
    save.disabled = true;
    try {
      await saveAsNew?.();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      panel.message.textContent = `Cannot save as a new document: ${error.message}`;
    } finally {
      save.disabled = false;
    }
  });
  show(panel, 'unsaved', message, text, [
    ...(saveAsNew ? [save] : []),
    copyButton(text),
    downloadButton(fileName, () => unsaved.text),
  ]);
}

/** Offers the text of an editor that has stopped. The latest changes may exist only on this page. */
export function showStoppedText(panel: RecoveryPanel, text: string, fileName: string): void {
  if (text.trim() === '') return;
  const message =
    'An error stopped the editor. Your latest changes may not be saved. Keep a copy of the text:';
  show(panel, 'unsaved', message, text, [copyButton(text), downloadButton(fileName, () => text)]);
}

function show(
  { element, message, text, actions }: RecoveryPanel,
  kind: 'lost' | 'unsaved',
  explanation: string,
  content: string,
  buttons: readonly HTMLButtonElement[],
): void {
  element.dataset.kind = kind;
  element.setAttribute('aria-label', 'Text to keep');
  message.textContent = explanation;
  const characters = [...content.trim()];
  text.textContent = characters.length > maxShown
    ? `${characters.slice(0, maxShown).join('').trimEnd()}…`
    : content.trim();
  actions.replaceChildren(...buttons);
}

function clear({ element, message, text, actions }: RecoveryPanel): void {
  delete element.dataset.kind;
  element.removeAttribute('aria-label');
  message.textContent = '';
  text.textContent = '';
  actions.replaceChildren();
}

function button(label: string, className: string, press: () => void): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = `button ${className}`;
  element.textContent = label;
  // Keeps the caret in the text, where "Insert at cursor" needs it.
  element.addEventListener('mousedown', (event) => event.preventDefault());
  element.addEventListener('click', press);
  return element;
}

function downloadButton(fileName: string, textOf: () => string): HTMLButtonElement {
  return button('Download', 'button-quiet', () => {
    saveFile(`${fileName}.txt`, new Blob([textOf()], { type: 'text/plain' }));
  });
}

function copyButton(text: string): HTMLButtonElement {
  const label = 'Copy text';
  const element = button(label, 'button-quiet', async () => {
    element.textContent = await copyText(text) ? 'Copied' : 'Cannot copy here';
    setTimeout(() => element.textContent = label, feedbackDuration);
  });
  return element;
}
