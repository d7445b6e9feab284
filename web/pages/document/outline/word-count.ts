import type { Editor } from '../../../editor/editor.ts';
import { type WordCount, wordCountOf } from '../../../editor/model/word-count.ts';
import { openDialog } from '../../shared/dialog/dialog.ts';

/** How long the text must be unchanged before words are counted again, in milliseconds. */
const updateDelay = 250;

const number = new Intl.NumberFormat('en');

/** Shows the number of words in the corner of the page: of the document, and of the selection. */
export function showWordCount(editor: Editor, button: HTMLButtonElement): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const show = () => {
    if (editor.view.isDestroyed) return;
    const all = words(wordCountOf(editor.view.state.doc).words);
    const selected = selectedWordCount(editor);
    const text = selected ? `${number.format(selected.words)} of ${all}` : all;
    if (button.textContent !== text) button.textContent = text;
    button.hidden = false;
  };
  const schedule = () => {
    clearTimeout(timer);
    timer = setTimeout(show, updateDelay);
  };
  editor.onChange(schedule);
  document.addEventListener('selectionchange', schedule);
  show();
}

/** Opens a dialog with the words and characters of the document and of the selection. */
export function openWordCount(editor: Editor): void {
  const all = wordCountOf(editor.view.state.doc);
  const selected = selectedWordCount(editor);
  const { body } = openDialog('Word count', 'word-count');
  const table = document.createElement('table');
  if (selected) {
    const head = table.createTHead().insertRow();
    head.append(document.createElement('td'), heading('Selection', 'col'));
    head.append(heading('Document', 'col'));
  }
  const tableBody = table.createTBody();
  for (const [name, key] of [['Words', 'words'], ['Characters', 'characters']] as const) {
    const row = tableBody.insertRow();
    row.append(heading(name, 'row'));
    if (selected) row.insertCell().textContent = number.format(selected[key]);
    row.insertCell().textContent = number.format(all[key]);
  }
  body.append(table);
}

/** Null for an empty selection. */
function selectedWordCount({ view }: Editor): WordCount | null {
  const { from, to, empty } = view.state.selection;
  return empty ? null : wordCountOf(view.state.doc.cut(from, to));
}

function heading(text: string, scope: 'col' | 'row'): HTMLTableCellElement {
  const cell = document.createElement('th');
  cell.scope = scope;
  cell.textContent = text;
  return cell;
}

function words(count: number): string {
  return count === 1 ? '1 word' : `${number.format(count)} words`;
}
