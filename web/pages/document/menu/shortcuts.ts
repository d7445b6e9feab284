import { openDialog } from '../dialog/dialog.ts';

type Row = readonly [what: string, keys: string];

/** Keys as ProseMirror writes them; each platform shows its own names for them. */
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
    ['Check a task', 'Mod-Enter'],
    ['Quote', 'Mod-Shift-B'],
    ['Code block', 'Mod-Alt-C'],
    ['More, less indent', 'Tab, Shift-Tab'],
    ['Move lines', 'Alt-↑, Alt-↓'],
    ['Break within a line', 'Shift-Enter'],
  ]],
  ['Document', [
    ['Undo', 'Mod-Z'],
    ['Redo', 'Mod-Y'],
    ['Find', 'Mod-F'],
    ['Find and replace', 'Mod-H'],
    ['Print', 'Mod-P'],
    ['To the toolbar', 'Alt-F10'],
    ['Back to the text', 'Escape'],
    ['Out of the text', 'Escape, Tab'],
    ['These shortcuts', 'Mod-/'],
  ]],
];

const markdown: readonly Row[] = [
  ['Heading 1, 2, 3', '#  ##  ###'],
  ['Bulleted list', '-'],
  ['Numbered list', '1.'],
  ['Task', '[ ]'],
  ['Quote', '>'],
  ['Code block', '```'],
  ['Rule', '---'],
  ['Bold', '**bold**'],
  ['Italic', '*italic*'],
  ['Strikethrough', '~~gone~~'],
  ['Code', '`code`'],
];

/**
 * The sheet of keys and of what turns into formatting while it is typed. `keysAsText` writes keys as
 * the toolbar does.
 */
export function openShortcuts(keysAsText: (keys: string) => string): void {
  const { body } = openDialog('Keyboard shortcuts', 'shortcuts');
  const sections = keys.map(([title, rows]) =>
    section(title, rows.map(([what, key]) => [what, platformKeys(key, keysAsText)]))
  );
  const typed = section('Markdown, as you type', markdown);
  const hint = document.createElement('p');
  hint.className = 'dialog-note';
  hint.textContent =
    'Line marks at the start of a line, then a space. Undo, or Backspace at once, ' +
    'gives back what you typed.';
  typed.append(hint);
  body.append(...sections, typed);
}

const isApple = /Mac|iPhone|iPad/.test(navigator.platform);

/** On a Mac Command+H hides the program, and redo has another key. */
function platformKeys(key: string, keysAsText: (keys: string) => string): string {
  if (isApple && key === 'Mod-H') return keysAsText('Mod-Alt-F');
  if (isApple && key === 'Mod-Y') return keysAsText('Mod-Shift-Z');
  return key.split(', ').map((part) => keysAsText(part)).join(', ');
}

function section(title: string, rows: readonly Row[]): HTMLElement {
  const element = document.createElement('section');
  const heading = document.createElement('h3');
  heading.textContent = title;
  const list = document.createElement('dl');
  for (const [what, key] of rows) {
    const row = document.createElement('div');
    const term = document.createElement('dt');
    term.textContent = what;
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
