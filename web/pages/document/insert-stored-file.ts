import { insertLines } from '../../editor/commands/insert-lines.ts';
import type { Editor } from '../../editor/editor.ts';
import { showContentNotice } from '../../live-editor/content-notice.ts';
import { readFile } from '../shared/import/read-file.ts';
import { takeStoredFile } from '../shared/import/stored-file.ts';
import { UserError } from '../shared/user-error.ts';
import { showToast } from './dialog/notices.ts';

/**
 * Writes the file stored for this document into the text, if the text is empty: a link that ends with
 * `#import` must not write into a document that other people use.
 */
export async function insertStoredFile(
  name: string,
  editor: Editor,
  setTitle: (title: string) => void,
): Promise<void> {
  const file = await takeStoredFile(name);
  if (!file || editor.view.state.doc.textContent !== '') return;
  try {
    const { lines, title, changes } = await readFile(file);
    insertLines(editor.view, lines);
    setTitle(title);
    scrollTo({ top: 0, behavior: 'instant' });
    if (changes.length > 0) {
      showContentNotice(document.body, 'Not everything could be imported as it was:', changes);
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    showToast(error.message, 'failed');
  }
}
