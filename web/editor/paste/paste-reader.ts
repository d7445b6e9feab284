import type { Slice } from 'prosemirror-model';
import type { EditorView } from 'prosemirror-view';
import { ContentChanges } from '../../../content/content-changes.ts';
import { splitLines } from '../../../content/read-text.ts';
import { hideStyles } from '../import/hide-styles.ts';
import { prepareHtml } from '../import/prepare-html.ts';
import { fitToLine } from './fit-to-line.ts';
import { checkPaste, insertPaste, type Notify, reportChanges } from './insert-paste.ts';

/**
 * Reads what is pasted into one editor or dropped on it. ProseMirror calls the methods in this order,
 * and leaves out those that a clipboard does not need.
 */
export class PasteReader {
  readonly #notify: Notify;
  #changes = new ContentChanges();
  /** Whether the user asked for plain text. */
  #isPlain = false;

  constructor(notify: Notify) {
    this.#notify = notify;
  }

  /** Starts a paste. Returns true if nothing is left to do with it. */
  begin(view: EditorView, event: ClipboardEvent): boolean {
    this.#changes = new ContentChanges();
    this.#isPlain = false;
    return checkPaste(view, event, this.#notify);
  }

  transformText(text: string, isPlain: boolean): string {
    this.#isPlain = isPlain;
    return splitLines(text).join('\n');
  }

  transformHtml(html: string): string {
    return hideStyles(html);
  }

  /** Changes parsed HTML, in place, into lines. */
  prepare(root: Element): void {
    this.#changes = new ContentChanges();
    prepareHtml(root, this.#changes);
  }

  fit(slice: Slice, view: EditorView): Slice {
    return fitToLine(slice, view.state.selection.$from.parent);
  }

  /** See {@link insertPaste}. */
  insert(view: EditorView, event: ClipboardEvent, slice: Slice): boolean {
    const changes = this.#changes;
    this.#changes = new ContentChanges();
    return insertPaste(view, event, slice, {
      isPlain: this.#isPlain,
      notify: this.#notify,
      changes,
    });
  }

  /** Reports the changes of what is being dropped. */
  reportDrop(): void {
    reportChanges(this.#notify, this.#changes);
    this.#changes = new ContentChanges();
  }
}
