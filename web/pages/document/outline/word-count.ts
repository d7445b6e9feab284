import type { Editor } from '../../../editor/editor.ts';
import { type WordCount, wordCountOf } from '../../../editor/model/word-count.ts';
import { openDialog } from '../dialog/dialog.ts';

/** How long nothing must change before it is counted again, in milliseconds. */
const rest = 250;

const number = new Intl.NumberFormat('en');

/** Keeps the count in the corner of the page true: of the document, or of what is selected. */
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
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(show, rest);
  };
  editor.onChange(soon);
  document.addEventListener('selectionchange', soon);
  show();
}

/** Words and characters, of the document and of what is selected. */
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

/** The same for what is selected; null where nothing is. */
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
