import type { LostTextFinder } from '../provider/recovery/lost-text-finder.ts';
import type { UnsavedChanges } from '../provider/recovery/unsaved-changes.ts';
import { copyText } from '../platform/clipboard.ts';

/** How long a button says what came of it, in milliseconds. */
const answeredFor = 2000;
/** How much of the text is shown; all of it is inserted and copied. */
const mostShown = 160;

/** The bar at the foot of the page that holds out text somebody would else have lost. */
export interface RecoveryPanel {
  readonly element: HTMLElement;
  readonly message: HTMLElement;
  readonly text: HTMLElement;
  readonly actions: HTMLElement;
}

/**
 * Makes the bar. It must be in the page, empty, before it has something to say: screen readers speak
 * changes of a status, not its arrival.
 */
export function createRecoveryPanel(): RecoveryPanel {
  const element = document.createElement('section');
  element.className = 'rescue';
  const message = document.createElement('p');
  message.className = 'rescue-message';
  message.setAttribute('role', 'status');
  const text = document.createElement('blockquote');
  text.className = 'rescue-text';
  text.dir = 'auto';
  const actions = document.createElement('div');
  actions.className = 'rescue-actions';
  element.append(message, text, actions);
  const bar = { element, message, text, actions };
  clear(bar);
  return bar;
}

/**
 * Holds out what fell with a line that somebody else deleted, until it is taken up or dismissed.
 * `insert` writes text where the caret is. A refusal that is being shown stays in front.
 */
export function showOffers(
  bar: RecoveryPanel,
  finder: LostTextFinder,
  insert: (text: string) => void,
): void {
  let shown: readonly unknown[] = [];
  finder.addEventListener('change', () => {
    if (bar.element.dataset.kind === 'refusal') return;
    const { offers } = finder;
    if (offers.length === shown.length && offers.every((offer, i) => offer === shown[i])) return;
    shown = offers;
    if (offers.length === 0) {
      clear(bar);
      return;
    }
    const text = offers.map((offer) => offer.text).join('\n');
    const settle = () => finder.dismiss(...offers);
    show(bar, 'offer', 'Somebody removed the line you were writing in. Your words:', text, [
      button('Insert at the caret', 'button-primary', () => {
        insert(text);
        settle();
      }),
      copyButton('Copy', text),
      button('Dismiss', 'button-quiet', settle),
    ]);
  });
}

export interface RefusalActions {
  /** What the file is called, without its ending. */
  readonly fileName: string;
  /**
   * Makes a new document that carries all of this one, and goes there; rejects when it cannot. Null
   * where no documents are made.
   */
  readonly saveAsNew: (() => Promise<void>) | null;
}

/**
 * Holds out what the service will not take any more, or with `all` what it has no more. Shows nothing
 * where there is nothing to keep.
 */
export function showRefusal(
  bar: RecoveryPanel,
  rescue: UnsavedChanges,
  lost: 'unsent' | 'all',
  { fileName, saveAsNew }: RefusalActions,
): void {
  const kept = lost === 'all' ? rescue.text : rescue.unsentText;
  if (kept.trim() === '') return;
  const says = lost === 'all'
    ? 'This page has the last you can see of the document. Keep what you need:'
    : 'Not everything you wrote has reached this document. Keep it:';
  const save = button('Save as a new document', 'button-primary', async () => {
    save.disabled = true;
    try {
      await saveAsNew?.();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      bar.message.textContent = `It could not be saved as a new document: ${error.message}`;
    } finally {
      save.disabled = false;
    }
  });
  show(bar, 'refusal', says, kept, [
    ...(saveAsNew ? [save] : []),
    copyButton('Copy as text', kept),
    button('Download', 'button-quiet', () => download(`${fileName}.txt`, rescue.text)),
  ]);
}

function show(
  { element, message, text, actions }: RecoveryPanel,
  kind: 'offer' | 'refusal',
  says: string,
  kept: string,
  buttons: readonly HTMLButtonElement[],
): void {
  element.dataset.kind = kind;
  element.setAttribute('aria-label', 'Text to keep');
  message.textContent = says;
  const characters = [...kept.trim()];
  text.textContent = characters.length > mostShown
    ? `${characters.slice(0, mostShown).join('').trimEnd()}…`
    : kept.trim();
  actions.replaceChildren(...buttons);
}

function clear({ element, message, text, actions }: RecoveryPanel): void {
  delete element.dataset.kind;
  element.removeAttribute('aria-label');
  message.textContent = '';
  text.textContent = '';
  actions.replaceChildren();
}

function button(label: string, look: string, press: () => void): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = `button ${look}`;
  element.textContent = label;
  // The caret stays in the text, where "Insert at the caret" needs it.
  element.addEventListener('mousedown', (event) => event.preventDefault());
  element.addEventListener('click', press);
  return element;
}

function copyButton(label: string, text: string): HTMLButtonElement {
  const element = button(label, 'button-quiet', async () => {
    element.textContent = await copyText(text) ? 'Copied' : 'Not allowed here';
    setTimeout(() => element.textContent = label, answeredFor);
  });
  return element;
}

function download(name: string, text: string): void {
  const link = document.createElement('a');
  link.download = name;
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  link.click();
  // Only after the browser has begun to read it.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
