import { isApple } from '../../../editor/commands/is-apple.ts';
import { keysAsText } from '../../../editor/commands/keys-as-text.ts';
import { openDialog } from '../../shared/dialog/dialog.ts';

type Row = readonly [action: string, keys: string];

/** Keys in ProseMirror's notation, shown with the names of each platform. */
const keys: readonly (readonly [title: string, rows: readonly Row[]])[] = [
  ['Text', [
    ['Bold', 'Mod-B'],
    ['Italic', 'Mod-I'],
    ['Underline', 'Mod-U'],
    ['Strikethrough', 'Mod-Shift-X'],
    ['Code', 'Mod-E'],
    ['Link', 'Mod-K'],
    ['Paste without formatting', 'Mod-Shift-V'],
  ]],
  ['Lines', [
    ['Heading 1, 2, 3', 'Mod-Alt-1 … 3'],
    ['Plain text', 'Mod-Alt-0'],
    ['Numbered list', 'Mod-Shift-7'],
    ['Bulleted list', 'Mod-Shift-8'],
    ['Task list', 'Mod-Shift-9'],
    ['Check or uncheck a task', 'Mod-Enter'],
    ['Quote', 'Mod-Shift-B'],
    ['Code block', 'Mod-Alt-C'],
    ['Indent, outdent', 'Tab, Shift-Tab'],
    ['Move lines up, down', 'Alt-↑, Alt-↓'],
    ['Line break', 'Shift-Enter'],
  ]],
  ['Document', [
    ['Undo', 'Mod-Z'],
    ['Redo', 'Mod-Y'],
    ['Find', 'Mod-F'],
    ['Find and replace', 'Mod-H'],
    ['Print', 'Mod-P'],
    ['Go to toolbar', 'Alt-F10'],
    ['Return to text', 'Escape'],
    ['Leave the editor', 'Escape, Tab'],
    ['Keyboard shortcuts', 'Mod-/'],
  ]],
];

const markdown: readonly Row[] = [
  ['Heading 1, 2, 3', '#  ##  ###'],
  ['Bulleted list', '-'],
  ['Numbered list', '1.'],
  ['Task', '[ ]'],
  ['Quote', '>'],
  ['Code block', '```'],
  ['Divider', '---'],
  ['Bold', '**bold**'],
  ['Italic', '*italic*'],
  ['Strikethrough', '~~strikethrough~~'],
  ['Code', '`code`'],
];

/** Opens the list of keyboard shortcuts, and of the Markdown that becomes formatting while typing. */
export function openShortcuts(): void {
  const { body } = openDialog('Keyboard shortcuts', 'shortcuts');
  const sections = keys.map(([title, rows]) =>
    section(title, rows.map(([action, key]) => [action, platformKeys(key)]))
  );
  const typed = section('Markdown, as you type', markdown);
  const hint = document.createElement('p');
  hint.className = 'dialog-note';
  hint.textContent =
    'For headings, lists, tasks and quotes, type the characters at the start of a line, then a ' +
    'space. To keep the characters, press Undo or Backspace right away.';
  typed.append(hint);
  body.append(...sections, typed);
}

/** On a Mac, Command+H hides the application, and redo has another key. */
function platformKeys(key: string): string {
  if (isApple && key === 'Mod-H') return keysAsText('Mod-Alt-F');
  if (isApple && key === 'Mod-Y') return keysAsText('Mod-Shift-Z');
  return key.split(', ').map(keysAsText).join(', ');
}

function section(title: string, rows: readonly Row[]): HTMLElement {
  const element = document.createElement('section');
  const heading = document.createElement('h3');
  heading.textContent = title;
  const list = document.createElement('dl');
  for (const [action, key] of rows) {
    const row = document.createElement('div');
    const term = document.createElement('dt');
    term.textContent = action;
    const description = document.createElement('dd');
    const kbd = document.createElement('kbd');
    kbd.textContent = key;
    description.append(kbd);
    row.append(term, description);
    list.append(row);
  }
  element.append(heading, list);
  return element;
}
