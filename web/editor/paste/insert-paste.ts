import { Fragment, Slice } from 'prosemirror-model';
import type { EditorView } from 'prosemirror-view';
import { ContentChanges } from '../../../content/content-changes.ts';
import { importLimits, isTooLong } from '../../../content/import-limits.ts';
import { splitLines } from '../../../content/read-text.ts';
import { safeHref } from '../../../protocol/safe-href.ts';
import { schema } from '../../../protocol/schema.ts';
import { asOneUndoStep } from '../binding/undo.ts';
import { setLink } from '../commands/links.ts';
import { looksLikeMarkdown } from '../import/looks-like-markdown.ts';
import { markdownToLines } from '../import/markdown.ts';
import { fitToLine } from './fit-to-line.ts';

const { codeBlock, paragraph } = schema.nodes;

/** Shows a message to the user, and below it a list of details. */
export type Notify = (message: string, details?: readonly string[]) => void;

const tooLong = 'That’s too much to paste at once. Try smaller pieces.';

/** Checks a paste before it is parsed. Returns true if nothing is left to do with it. */
export function checkPaste(view: EditorView, event: ClipboardEvent, notify: Notify): boolean {
  const html = event.clipboardData?.getData('text/html') ?? '';
  const text = event.clipboardData?.getData('text/plain') ?? '';
  if (text === '' && html === '' && event.clipboardData?.types.includes('Files')) {
    notify('You cannot paste files. To show an image, insert it by its web address.');
    return false;
  }
  if (isTooLong(text)) {
    event.preventDefault();
    notify(tooLong);
    return true;
  }
  if (html.length <= importLimits.sourceLength || text === '') return false;
  event.preventDefault();
  view.pasteText(text);
  notify('This was too long to keep its formatting. It was pasted as plain text.');
  return true;
}

interface PasteContext {
  /** Whether the user asked for plain text. */
  readonly isPlain: boolean;
  readonly notify: Notify;
  /** What was changed when the pasted HTML was parsed. */
  readonly changes: ContentChanges;
}

/**
 * Handles a parsed paste that is more than lines: an address, code or Markdown. Returns false to
 * let ProseMirror insert the slice.
 */
export function insertPaste(
  view: EditorView,
  event: ClipboardEvent,
  slice: Slice,
  { isPlain, notify, changes }: PasteContext,
): boolean {
  const { childCount, size } = slice.content;
  if (childCount > importLimits.lines || size > importLimits.size) {
    notify(tooLong);
    return true;
  }
  const text = event.clipboardData?.getData('text/plain') ?? '';
  const isRich = !isPlain && view.state.selection.$from.parent.type === paragraph;
  if (isRich && text !== '' && insertText(view, event, slice, { text, notify })) return true;
  reportChanges(notify, changes);
  return false;
}

/** Says what a paste has changed or left out, if it has. */
export function reportChanges(notify: Notify, changes: ContentChanges): void {
  const sentences = changes.sentences();
  if (sentences.length > 0) notify('Not everything could be pasted as it was:', sentences);
}

/** Inserts the text of a paste, where that says more than its HTML. */
function insertText(
  view: EditorView,
  event: ClipboardEvent,
  slice: Slice,
  { text, notify }: { readonly text: string; readonly notify: Notify },
): boolean {
  const hasHtml = event.clipboardData?.getData('text/html') !== '';
  if (pasteAddress(view, text.trim(), { hasHtml })) return true;
  const language = editorLanguage(event.clipboardData);
  if (language !== null && language !== 'markdown' && text.includes('\n')) {
    insert(view, codeSlice(text, language));
    return true;
  }
  const mayBeMarkdown = language !== null || !hasHtml;
  if (!mayBeMarkdown || (language !== 'markdown' && !looksLikeMarkdown(text))) return false;
  void pasteMarkdown(view, text, slice, notify);
  return true;
}

/** Links the selected text to a pasted address. Without a selection the address becomes a link. */
function pasteAddress(
  view: EditorView,
  text: string,
  { hasHtml }: { readonly hasHtml: boolean },
): boolean {
  const href = /^(https?:\/\/|mailto:)\S+$/.test(text) ? safeHref(text) : null;
  const { empty, $from } = view.state.selection;
  const { link, code } = schema.marks;
  if (href === null || $from.marks().some(({ type }) => type === code)) return false;
  if (!empty) {
    asOneUndoStep(setLink(href, text))(view.state, view.dispatch, view);
    return true;
  }
  if (hasHtml) return false;
  const marks = link.create({ href }).addToSet(view.state.storedMarks ?? $from.marks());
  insert(view, new Slice(Fragment.from(schema.text(text, marks)), 0, 0));
  return true;
}

/** The language that Visual Studio Code, and editors built on it, attach to what they copy. */
function editorLanguage(data: DataTransfer | null): string | null {
  const [, mode] = /"mode":"([\w+#-]+)"/.exec(data?.getData('vscode-editor-data') ?? '') ?? [];
  return mode ?? null;
}

function codeSlice(text: string, mode: string): Slice {
  const language = mode === 'plaintext' ? null : mode;
  const code = splitLines(text).join('\n').replace(/\n$/, '');
  return new Slice(Fragment.from(codeBlock.create({ language }, schema.text(code))), 0, 0);
}

/** Pastes Markdown as rich text, or `plain` when the parser cannot be loaded. */
async function pasteMarkdown(
  view: EditorView,
  text: string,
  plain: Slice,
  notify: Notify,
): Promise<void> {
  const changes = new ContentChanges();
  let slice = plain;
  try {
    slice = Slice.maxOpen((await markdownToLines(text, changes)).content);
  } catch (error) {
    // The parser may be unreachable: offline, or in a page of an older build.
    if (!(error instanceof TypeError)) throw error;
  }
  // Insert at the current caret: it may have moved while the parser loaded.
  if (!view.isDestroyed && view.editable) {
    insert(view, fitToLine(slice, view.state.selection.$from.parent));
    reportChanges(notify, changes);
  }
}

function insert(view: EditorView, slice: Slice): void {
  const transaction = view.state.tr.replaceSelection(slice).scrollIntoView();
  view.dispatch(transaction.setMeta('paste', true).setMeta('uiEvent', 'paste'));
}
