import type { Random } from '../../support/random.ts';
import type { HeadlessEditor } from '../editor/headless-editor.ts';

const markers = ['', '', '', '# ', '## ', '- ', '1. ', '[] ', '> '];

/** Markdown of these lines, with random kinds. */
export function linesOfAnyKind(random: Random, lines: readonly string[]): string {
  return lines.map((line, index) => {
    const marker = random.pick(markers);
    return `${index > 0 ? '\n' : ''}${marker}${line}`;
  }).join('');
}

/** An operation on a line that another client is typing in. */
export type Operation = (editor: HeadlessEditor, line: number, random: Random) => void;

function lineAt(editor: HeadlessEditor, line: number) {
  const { doc } = editor.state;
  let from = 0;
  for (let i = 0; i < line; i++) from += doc.child(i).nodeSize;
  return { from, to: from + doc.child(line).nodeSize, node: doc.child(line) };
}

const neighborOf = (line: number) => line > 0 ? line - 1 : line + 1;

function press(times: number, keys: string): Operation {
  return (editor, line) => {
    editor.caret(line);
    for (let i = 0; i < times; i++) editor.press(keys);
  };
}

function twice(first: Operation, keys: string): Operation {
  return (editor, line, random) => {
    first(editor, line, random);
    editor.press(keys);
  };
}

const joinUp: Operation = (editor, line) => {
  const { childCount } = editor.state.doc;
  const lower = Math.max(line, 1);
  for (let i = 0; i < 12 && editor.state.doc.childCount === childCount; i++) {
    editor.caret(lower, 0);
    editor.press('Backspace');
  }
};

const deleteLine: Operation = (editor, line) => {
  const { from, to } = lineAt(editor, line);
  editor.dispatch(editor.state.tr.delete(from, to));
};

const drag: Operation = (editor, line, random) => {
  const { from, to, node } = lineAt(editor, line);
  const transaction = editor.state.tr.delete(from, to);
  const places = [0];
  transaction.doc.forEach((child, offset) => places.push(offset + child.nodeSize));
  editor.dispatch(transaction.insert(random.pick(places), node));
};

const cutAndPaste: Operation = (editor, line, random) => {
  const { node } = lineAt(editor, line);
  deleteLine(editor, line, random);
  const places = [0];
  editor.state.doc.forEach((child, offset) => places.push(offset + child.nodeSize));
  editor.dispatch(editor.state.tr.insert(random.pick(places), node));
};

const overwrite: Operation = (editor, line) => {
  const below = Math.min(line + 1, editor.state.doc.childCount - 1);
  const end = editor.state.doc.child(below).content.size;
  editor.select([Math.max(line - 1, 0), 0], [below, Math.min(1, end)]);
  editor.type('O');
};

/** Operations that write a copy of the line, in which concurrently typed text has a place. */
export const copying: Record<string, Operation> = {
  'Backspace joins it to the line above': joinUp,
  'Delete joins it to the line above': (editor, line) => {
    editor.caret(Math.max(line, 1) - 1);
    editor.press('Delete');
  },
  'code block': press(1, 'Mod-Alt-c'),
  'code block and back': press(2, 'Mod-Alt-c'),
  'moved up': press(1, 'Alt-ArrowUp'),
  'moved up by three': press(3, 'Alt-ArrowUp'),
  'moved down': press(1, 'Alt-ArrowDown'),
  'moved down by three': press(3, 'Alt-ArrowDown'),
  'dragged': drag,
  'cut and pasted': cutAndPaste,
  'deleted, undone': twice(deleteLine, 'Mod-z'),
};

/** Operations that leave no copy of the line. */
export const deleting: Record<string, Operation> = {
  'deleted': deleteLine,
  'overwritten': overwrite,
  'deleted, undone, deleted again': twice(twice(deleteLine, 'Mod-z'), 'Mod-y'),
  'it and all others deleted': (editor) => {
    editor.selectAll();
    editor.type('N');
  },
};

/** Operations that keep the line: no text may be lost, offered or re-inserted. */
export const harmless: Record<string, Operation> = {
  'heading 1': press(1, 'Mod-Alt-1'),
  'heading 3': press(1, 'Mod-Alt-3'),
  'bulleted': press(1, 'Mod-Shift-8'),
  'numbered': press(1, 'Mod-Shift-7'),
  'task': press(1, 'Mod-Shift-9'),
  'quote': press(1, 'Mod-Shift-b'),
  'plain': press(1, 'Mod-Alt-0'),
  'in': press(1, 'Tab'),
  'out': press(1, 'Shift-Tab'),
  'checked': press(1, 'Mod-Enter'),
  'bulleted and back': press(2, 'Mod-Shift-8'),
  'heading, undone': twice(press(1, 'Mod-Alt-1'), 'Mod-z'),
  'all lines bulleted': (editor) => {
    editor.selectAll();
    editor.press('Mod-Shift-8');
  },
  'bold': (editor, line) => {
    editor.select([line, 0], [line, editor.state.doc.child(line).content.size]);
    editor.press('Mod-b');
  },
  'Enter at its start': (editor, line) => {
    editor.caret(line, 0);
    editor.press('Enter');
  },
  'Enter at its end': press(1, 'Enter'),
  'Enter in the middle': (editor, line) => {
    editor.caret(line, editor.state.doc.child(line).content.size >> 1);
    editor.press('Enter');
  },
  'another line moved past it': (editor, line) => {
    editor.caret(neighborOf(line));
    editor.press(line > 0 ? 'Alt-ArrowDown' : 'Alt-ArrowUp');
  },
  'the line above deleted': (editor, line, random) => {
    if (line > 0) deleteLine(editor, line - 1, random);
  },
  'the line below joined to it': (editor, line, random) => {
    if (line + 1 < editor.state.doc.childCount) joinUp(editor, line + 1, random);
  },
  'typed into': (editor, line) => {
    editor.caret(line);
    editor.type('T');
  },
};
