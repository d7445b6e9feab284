import { Fragment, Slice } from 'prosemirror-model';
import type { EditorView } from 'prosemirror-view';
import { safeHref } from '../../../protocol/safe-href.ts';
import { schema } from '../../../protocol/schema.ts';
import { fitToLine } from './clipboard.ts';
import { importLimits, isTooLong } from '../import/import-limits.ts';
import { looksLikeMarkdown } from '../import/looks-like-markdown.ts';
import { markdownToLines } from '../import/markdown.ts';
import { setLink } from '../commands/links.ts';
import { asOneUndoStep } from '../binding/undo.ts';

const { codeBlock, paragraph } = schema.nodes;

/** What a person is told about a paste. */
export type Notify = (message: string) => void;

/** Looks at a paste before it is read. Answers whether that is all that is to be done with it. */
export function refusePaste(view: EditorView, event: ClipboardEvent, tell: Notify): boolean {
  const html = event.clipboardData?.getData('text/html') ?? '';
  const text = event.clipboardData?.getData('text/plain') ?? '';
  if (text === '' && html === '' && event.clipboardData?.types.includes('Files')) {
    tell('Pictures and files cannot be put in here. A picture can be shown by its address.');
    return false;
  }
  if (isTooLong(text)) {
    event.preventDefault();
    tell('That is too much to paste at once. Paste it in parts.');
    return true;
  }
  if (html.length <= importLimits.htmlLength || text === '') return false;
  event.preventDefault();
  view.pasteText(text);
  tell('That was too long to keep its formatting: it was pasted as text.');
  return true;
}

/** Takes a paste that has been read, where there is more to it than lines. */
export function insertPaste(
  view: EditorView,
  event: ClipboardEvent,
  slice: Slice,
  { isPlain, tell }: { readonly isPlain: boolean; readonly tell: Notify },
): boolean {
  const { childCount, size } = slice.content;
  if (childCount > importLimits.lines || size > importLimits.size) {
    tell('That is too much to paste at once. Paste it in parts.');
    return true;
  }
  const text = event.clipboardData?.getData('text/plain') ?? '';
  if (text === '' || view.state.selection.$from.parent.type !== paragraph) return false;
  if (isPlain) return false;
  const isBare = event.clipboardData?.getData('text/html') === '';
  if (pasteAddress(view, text.trim(), isBare)) return true;
  const mode = editorMode(event.clipboardData);
  if (mode !== null && mode !== 'markdown' && text.includes('\n')) {
    insert(view, codeSlice(text, mode));
    return true;
  }
  if (!(mode !== null || isBare) || !(mode === 'markdown' || looksLikeMarkdown(text))) {
    return false;
  }
  void pasteMarkdown(view, text, slice);
  return true;
}

/** An address pasted on selected words makes them a link; on none, it becomes one itself. */
function pasteAddress(view: EditorView, text: string, isBare: boolean): boolean {
  const href = /^(https?:\/\/|mailto:)\S+$/.test(text) ? safeHref(text) : null;
  const { empty, $from } = view.state.selection;
  const { link, code } = schema.marks;
  if (href === null || $from.marks().some(({ type }) => type === code)) return false;
  if (!empty) {
    asOneUndoStep(setLink(href, text))(view.state, view.dispatch, view);
    return true;
  }
  if (!isBare) return false;
  const marks = link.create({ href }).addToSet(view.state.storedMarks ?? $from.marks());
  insert(view, new Slice(Fragment.from(schema.text(text, marks)), 0, 0));
  return true;
}

/** The language that Visual Studio Code, and what is built on it, names beside what it copies. */
function editorMode(data: DataTransfer | null): string | null {
  const [, mode] = /"mode":"([\w+#-]+)"/.exec(data?.getData('vscode-editor-data') ?? '') ?? [];
  return mode ?? null;
}

function codeSlice(text: string, mode: string): Slice {
  const language = mode === 'plaintext' ? null : mode;
  const code = text.replace(/\r\n?/g, '\n').replace(/\n$/, '');
  return new Slice(Fragment.from(codeBlock.create({ language }, schema.text(code))), 0, 0);
}

/** Reads Markdown with what is loaded for that now, or takes it as it is where that cannot be. */
async function pasteMarkdown(view: EditorView, text: string, plain: Slice): Promise<void> {
  let slice = plain;
  try {
    slice = Slice.maxOpen((await markdownToLines(text)).content);
  } catch (error) {
    // Offline with an old page the parser may be out of reach.
    if (!(error instanceof TypeError)) throw error;
  }
  // Where the caret is by now: for a moment somebody could go on typing, and others do.
  if (!view.isDestroyed && view.editable) {
    insert(view, fitToLine(slice, view.state.selection.$from.parent));
  }
}

function insert(view: EditorView, slice: Slice): void {
  const transaction = view.state.tr.replaceSelection(slice).scrollIntoView();
  view.dispatch(transaction.setMeta('paste', true).setMeta('uiEvent', 'paste'));
}
