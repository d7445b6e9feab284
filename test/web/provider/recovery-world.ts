import * as Y from 'yjs';
import { moveCaretToRecoveredText } from '../../../web/editor/binding/recovery-caret.ts';
import { LostTextFinder } from '../../../web/provider/recovery/lost-text-finder.ts';
import type { Random } from '../../support/random.ts';
import { exchange, HeadlessEditor } from '../editor/headless-editor.ts';

/** In what form what one person wrote reaches the other: as it was sent, or merged on the way. */
export type Form = 'as sent' | 'merged' | 'difference';

/**
 * Two people over a network that the test moves by hand. `b` has the rescue; the others' updates reach
 * `b` as the provider applies them, and `restored` tells what it did.
 */
export class RescueWorld {
  readonly a: HeadlessEditor;
  readonly b: HeadlessEditor;
  readonly finder: LostTextFinder;
  readonly restored: { type: Y.Text; index: number; length: number; from: Y.Text }[] = [];
  readonly source: { incoming: readonly Uint8Array[] } = { incoming: [] };
  #toA: Uint8Array[] = [];
  #toB: Uint8Array[] = [];

  constructor(text: string, ids: readonly [number, number] = [1, 2]) {
    const [first, second] = [new Y.Doc(), new Y.Doc()];
    [first.clientID, second.clientID] = ids;
    this.a = new HeadlessEditor(first);
    this.a.type(text);
    this.b = new HeadlessEditor(second);
    exchange(first, second);
    first.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'network') this.#toB.push(update);
    });
    second.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'network') this.#toA.push(update);
    });
    const caret = moveCaretToRecoveredText(() => this.b.view);
    this.finder = new LostTextFinder({
      doc: second,
      source: this.source,
      onOrphaned: caret.onOrphaned,
      onRestored: (type, index, length, from) => {
        caret.onRestored(type, index, length, from);
        this.restored.push({ type, index, length, from });
      },
    });
  }

  /** What the rescue offers, in one string. */
  get offered(): string {
    return this.finder.offers.map(({ text }) => text).join('');
  }

  /** The first so many updates under way arrive, in both directions, or all. */
  deliver(form: Form = 'as sent', most = Infinity): void {
    const [toA, toB] = [this.#toA.splice(0, most), this.#toB.splice(0, most)];
    for (const update of toA) Y.applyUpdate(this.a.doc, update, 'network');
    if (toB.length === 0) return;
    if (form === 'as sent') { for (const update of toB) this.#arrive(update); }
    if (form === 'merged') this.#arrive(Y.mergeUpdates(toB));
    if (form === 'difference') {
      // What a service that has not got b's text makes of its document.
      const service = new Y.Doc();
      Y.applyUpdate(service, Y.mergeUpdates([this.#base, ...toB]));
      this.#arrive(Y.encodeStateAsUpdate(service, Y.encodeStateVector(this.b.doc)));
    }
  }

  /** Everything arrives, and what it leads to. */
  settle(form: Form = 'as sent'): void {
    while (this.#toA.length + this.#toB.length > 0) this.deliver(form);
  }

  /** From here on, `difference` means what has happened since. */
  mark(): void {
    this.#base = Y.encodeStateAsUpdate(this.a.doc);
  }

  #base: Uint8Array = new Uint8Array([0, 0]);

  #arrive(update: Uint8Array): void {
    this.source.incoming = [update];
    Y.applyUpdate(this.b.doc, update, 'network');
    this.source.incoming = [];
  }
}

const kinds = ['', '', '', '# ', '## ', '- ', '1. ', '[] ', '> '];

/** So many lines of mixed kinds, each with a text of its own. */
export function linesOfAnyKind(random: Random, lines: readonly string[]): string {
  return lines.map((line, index) => {
    // Enter goes on with a list: its marker would stand in the text. Twice, and it is a plain line.
    const marker = random.pick(kinds);
    return `${index > 0 ? '\n' : ''}${marker}${line}`;
  }).join('');
}

/** What somebody does to a line that others are typing in. */
export type Operation = (editor: HeadlessEditor, line: number, random: Random) => void;

function lineAt(editor: HeadlessEditor, line: number) {
  const { doc } = editor.state;
  let from = 0;
  for (let i = 0; i < line; i++) from += doc.child(i).nodeSize;
  return { from, to: from + doc.child(line).nodeSize, node: doc.child(line) };
}

const neighbour = (line: number) => line > 0 ? line - 1 : line + 1;

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

/** Those that make a copy of the line, in which what others typed meanwhile has a place. */
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

/** Those after which there is nothing to find. */
export const deleting: Record<string, Operation> = {
  'deleted': deleteLine,
  'overwritten': overwrite,
  'deleted, undone, deleted again': twice(twice(deleteLine, 'Mod-z'), 'Mod-y'),
  'it and all others deleted': (editor) => {
    editor.selectAll();
    editor.type('N');
  },
};

/** Those that leave the line where it is: nothing may be lost, offered or put anywhere. */
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
    editor.caret(neighbour(line));
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
